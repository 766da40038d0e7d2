// Lua scripts, which Redis does as a whole: no other command comes in between, and no process dies in the middle.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AbortError, type RedisClient, ReplyError } from 'redis';

/** Runs a Lua script with its KEYS and ARGV. Resolves to its reply; rejects with redis's error, unless it `retries`. */
export type LuaScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

// A primary that has become a replica, has a new password, or loads its data.
const REFUSED = /\b(READONLY|UNBLOCKED|LOADING|NOAUTH|WRONGPASS|MASTERDOWN)\b|invalid password/;
// Redis 5 and 6 put the error of a command in a Lua script behind their own.
const NOT_NOW = /^(ERR Error running script .*: -?)?(NOREPLICAS|OOM|MISCONF|BUSY)\b|^(ERR )?EXPIRED$/;

/** Whether a command failed as its connection was lost, or leads to a Redis that is of no use any more. */
export function isLost(error: unknown): boolean {
  if (error instanceof AbortError) return !/already closed/.test(error.message); // by this process, with quit()
  return error instanceof ReplyError && REFUSED.test(error.message);
}

/** Whether a command failed because of its connection, or as Redis can't do it at present: it may succeed later. */
export function isUnavailable(error: unknown): boolean {
  return isLost(error) || (error instanceof ReplyError && NOT_NOW.test(error.message));
}

/**
 * A Lua script by its text. With `retries` it is sent again until there is a reply: only for what may be done twice. Calls of one
 * turn of the event loop are sent, and so answered, together: or the two workers of task 9 would not keep their order.
 */
export function luaScript(client: RedisClient, text: string, { retries = false } = {}): LuaScript {
  const evalAsync = promisify<(string | number)[], unknown>(client.eval).bind(client);
  const evalshaAsync = promisify<(string | number)[], unknown>(client.evalsha).bind(client);
  const sha = createHash('sha1').update(text).digest('hex');
  let isKnown = false; // to Redis, by its SHA-1
  return async function run(keys, args): Promise<unknown> {
    const { stream } = client;
    if (stream.writableLength > 16_384) stream.uncork(); // bytes: Redis can begin with these
    if (stream.writableCorked === 0) {
      stream.cork();
      setImmediate(() => stream.uncork());
    }
    const rest = [keys.length, ...keys, ...args];
    const reply = isKnown ? evalshaAsync([sha, ...rest]) : evalAsync([text, ...rest]);
    isKnown = true;
    return reply.catch((error: Error) => {
      if (error instanceof ReplyError && isLost(error)) stream.destroy(new Error(error.message));
      isKnown = !error.message.startsWith('NOSCRIPT');
      if (!isKnown || (retries && isLost(error))) return run(keys, args);
      if (!retries || client.closing || !(error instanceof ReplyError)) throw error;
      console.error(`Redis has refused a command, which is sent again in a second: ${error.message}`);
      return sleep(1000).then(() => run(keys, args));
    });
  };
}
