// Redis for the two servers: an answer at once or an error, and what has failed is never done later.
import { once } from 'node:events';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { AbortError, type RedisClient, ReplyError } from 'redis';
import { redisConnect } from '../redisConnect';

const BEAT_MS = 100;
const LOST_AFTER_BEATS = 4;
// Less than it takes to find a connection lost: when a command is given up, its time is over.
const VALID_US = (LOST_AFTER_BEATS - 1) * BEAT_MS * 1000;

/** A Lua script as a function of the key it works on and of further arguments; resolves to the script's reply. */
export type Script = (key: string, ...args: (string | number)[]) => Promise<unknown>;

export interface PromptRedis {
  readonly client: RedisClient;
  /**
   * Makes a function of a Lua script, which Redis does as a whole, with no other command in between (EVAL). The script
   * finds its key in KEYS[1] and the further arguments in ARGV. A script that its caller has given up does nothing.
   */
  atomically(script: string): Script;
  /** Does `task`, again from the start whenever Redis has been away; rejects with any other error of it. */
  patiently<T>(task: () => Promise<T>): Promise<T>;
}

/**
 * A client for a server, with the two log lines of `redisConnect`. While Redis is away, or when it does not answer within
 * 600 ms, even without closing the connection, commands are rejected with an error that is `isRedisAway`.
 */
export function promptRedis(): PromptRedis {
  const client = redisConnect({ enable_offline_queue: false });
  const timeAsync = promisify(client.time).bind(client);
  let ready = false;
  let clock = 0; // Redis's own, in µs, when it last said it on this connection

  async function readClock(): Promise<number> {
    const [seconds, microseconds] = await timeAsync();
    clock = Number(seconds) * 1e6 + Number(microseconds);
    return clock;
  }
  client.on('ready', () => {
    ready = true;
  });
  client.on('end', () => {
    ready = false;
    clock = 0;
  });

  let received = 0;
  let silentBeats = 0;
  setInterval(() => {
    const { stream } = client;
    const before = received;
    received = stream instanceof Socket ? stream.bytesRead : 0;
    if (client.command_queue_length === 0 || received !== before) silentBeats = 0;
    else if (++silentBeats === LOST_AFTER_BEATS) stream.destroy();
    if (ready) readClock().catch(() => {});
  }, BEAT_MS).unref();

  return {
    client,
    atomically(script) {
      const evalAsync = promisify<string[], unknown>(client.eval).bind(client);
      const inTime = `
        local now = redis.call('TIME')
        if now[1] * 1e6 + now[2] > tonumber(table.remove(ARGV)) then return redis.error_reply('LATE given up') end
        ${script}`;
      return async (key, ...args) => {
        const validUntil = (clock || (await readClock())) + VALID_US;
        return evalAsync([inTime, '1', key, ...args.map(String), String(validUntil)]);
      };
    },
    async patiently(task) {
      for (;;) {
        try {
          return await task();
        } catch (error) {
          if (!isRedisAway(error)) throw error;
          if (!ready) await once(client, 'ready');
        }
      }
    },
  };
}

/** A count that Redis holds: 0 where it holds none. Throws when `reply` is not a whole number. */
export function toCount(reply: string | null): number {
  const count = Number(reply);
  if (!Number.isInteger(count)) throw new Error(`Redis holds "${reply}" where a number must be`);
  return count;
}

/** Whether a command failed because Redis could not be reached in time, and not because of what it was. */
export function isRedisAway(error: unknown): boolean {
  return error instanceof AbortError || (error instanceof ReplyError && error.message.startsWith('LATE'));
}
