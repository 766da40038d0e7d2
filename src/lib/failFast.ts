// Redis for the servers: an answer in time or an error, and what has failed is not done later.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AbortError } from 'redis';
import { redisConnect } from '../redisConnect';
import { luaScript, type ScriptClient } from './luaScript';
import { EXPIRED, isReply } from './unavailable';

// Nobody is refused for a pause of 700 ms. The deadline comes first: what has timed out is not done any more.
const DEADLINE_MS = 750;
const REPLY_TIMEOUT_MS = 820;
const SLACK_MS = 60; // the deadline may be later by this, where Redis's clock was read inexactly
const CLOCK_INTERVAL_MS = 1000;

const UNLESS_EXPIRED = `
  local now = redis.call('TIME')
  if now[1] * 1000 + now[2] / 1000 > tonumber(table.remove(ARGV)) then return redis.error_reply('EXPIRED') end
`;

/**
 * A client for a server, with the two log lines of `redisConnect`. While Redis is away, or has not replied for 820 ms, even
 * if the connection stays open, commands are rejected with an error for which `isUnavailable` is true. A script that was
 * rejected changes nothing later.
 */
export function failFastRedis(): ScriptClient {
  const client = redisConnect({ enable_offline_queue: false, replyTimeoutMs: REPLY_TIMEOUT_MS });
  const timeAsync = promisify(client.time).bind(client);
  let certain = Promise.resolve(); // once no script can arrive any more whose connection was lost
  let offset: number | undefined; // of Redis's clock to this process's, in ms

  async function readClock(isSecond = false): Promise<number> {
    const asked = performance.now();
    const [seconds, microseconds] = await timeAsync();
    const time = Number(seconds) * 1000 + Number(microseconds) / 1000;
    // Redis read its clock between asking and now, so the true offset is between these two. Keep the old one if it is.
    const [lowest, highest] = [time - performance.now(), time - asked];
    if (highest - lowest > SLACK_MS && !isSecond) return readClock(true);
    if (offset === undefined || offset < lowest || offset > highest) offset = Math.min(highest, lowest + SLACK_MS);
    return offset;
  }
  client.on('end', () => {
    offset = undefined; // the next Redis may be another
  });
  setInterval(() => client.connected && readClock().catch(() => {}), CLOCK_INTERVAL_MS).unref();

  // All that wait for it go on together, so that what they send arrives in the order in which they asked.
  async function untilCertain(): Promise<void> {
    let last: unknown;
    while (last !== certain) {
      last = certain;
      await last;
    }
  }

  return {
    client,
    defineScript(text) {
      const script = luaScript(client, UNLESS_EXPIRED + text);
      return async (keys, args) => {
        if (client.connected) await untilCertain();
        const start = performance.now();
        const run = async () => script(keys, [...args, start + (offset ?? (await readClock())) + DEADLINE_MS]);
        try {
          return await run();
        } catch (error) {
          if (error instanceof AbortError && error.code === 'UNCERTAIN_STATE') {
            certain = sleep(start + DEADLINE_MS + SLACK_MS - performance.now());
            await untilCertain();
          }
          if (!isReply(error, EXPIRED) || performance.now() - start > CLOCK_INTERVAL_MS / 4) throw error;
          await readClock(); // it expired too soon: Redis's clock was set
          return run();
        }
      };
    },
  };
}

/** A count that Redis holds: 0 where it holds none. Throws when `reply` is not a whole number from 0 on. */
export function toCount(reply: string | null): number {
  if (reply === null) return 0;
  if (!/^\d+$/.test(reply)) throw new Error(`Redis holds "${reply.slice(0, 200)}" where a count must be`);
  return Number(reply);
}
