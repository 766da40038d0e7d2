// Redis for the servers: an answer in time or an error, and what has failed is not done later.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient, logOutages } from '../redis/createClient';
import { type LuaScript, luaScript } from '../redis/luaScript';

// Nobody is refused for a pause of 700 ms. The deadline comes before the time-out: what has timed out is not done any more.
const DEADLINE_MS = 750;

const UNLESS_EXPIRED = `
  local now = redis.call('TIME')
  if now[1] * 1000 + now[2] / 1000 > tonumber(table.remove(ARGV)) then return redis.error_reply('EXPIRED') end
`;

/**
 * A client for a server, with the two log lines of task 1. While Redis is away, or has not replied for 820 ms, commands are
 * rejected with an error for which `isUnavailable` is true. A Lua script that was rejected changes nothing later.
 */
export function failFastRedis() {
  const client = createClient(820, { enable_offline_queue: false });
  logOutages(client);
  let offset: number | undefined; // of Redis's clock to this process's, in ms; never more than the true one
  let lastSent = Number.NEGATIVE_INFINITY;
  let settled = Promise.resolve(); // when no Lua script can be done any more that was sent on a lost connection

  async function readClock(): Promise<number> {
    const start = performance.now();
    const [seconds, microseconds] = await promisify(client.time).call(client);
    const end = performance.now();
    const found = Number(seconds) * 1000 + Number(microseconds) / 1000 - end;
    offset = end - start < 50 ? found : Math.max(found, offset ?? found); // too low by as much as the reply was late
    return offset;
  }
  client.on('end', () => {
    offset = undefined; // the next Redis may be another
    settled = sleep(Math.max(0, lastSent + DEADLINE_MS - performance.now()));
  });
  setInterval(() => client.ready && readClock().catch(() => {}), 1000).unref();

  function defineScript(text: string): LuaScript {
    const run = luaScript(client, UNLESS_EXPIRED + text);
    return async (keys, args) => {
      await settled;
      const start = performance.now();
      try {
        const deadline = start + (offset ?? (await readClock())) + DEADLINE_MS;
        lastSent = Math.max(lastSent, start); // one that had to read the clock first is sent behind later ones
        return await run(keys, [...args, deadline]);
      } catch (error) {
        await settled;
        throw error;
      }
    };
  }
  return { client, defineScript };
}
