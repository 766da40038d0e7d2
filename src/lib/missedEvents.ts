// Kue tells the ends of jobs on a channel. Who is not connected at that moment misses them: here they are told all the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Queue } from 'kue';
import events from 'kue/lib/queue/events';
import type { RedisClient } from 'redis';
import { parseJson } from './job';
import { luaScript, readLua } from './luaScript';

const POLL_INTERVAL_MS = 3000;
const BATCH = 500;
const PAUSE_MS = 20;

/** Has Kue ignore a message on its channel that is none of its events, which would end this process. To be called first. */
export function ignoreForeignMessages(): void {
  const { onMessage } = events;
  events.onMessage = (channel, text) => {
    const { id, event, args } = Object(parseJson(text));
    const isId = ['number', 'string'].includes(typeof id) && /^\d{1,15}$/.test(id);
    if (isId && typeof event === 'string' && Array.isArray(args) && typeof args[0] === 'string')
      onMessage(channel, text);
  };
}

/**
 * Polls every 3 s for the ends of the jobs that this process follows, and tells those that were missed as if they came from
 * the channel. Jobs that are gone from Redis are forgotten. `subscriber` is the connection to Kue's channel.
 */
export async function pollForMissedEvents({ client }: Queue, subscriber: RedisClient): Promise<never> {
  const findEnded = luaScript(client, readLua('ended'));
  const ping = promisify<unknown>(subscriber.ping).bind(subscriber);

  async function poll(ids: readonly string[]): Promise<void> {
    const keys = ids.map((id) => `q:job:${id}`);
    const ended = await findEnded(keys, []);
    if (!Array.isArray(ended) || ended.length === 0) return;
    await ping(); // all that was on its way on the channel comes before this reply
    for (const [n, state, text] of ended) {
      const id = ids[n - 1];
      if (id === undefined || !events.jobs[id]) continue;
      const argument = state === 'failed' ? text.split('\n')[0].replace(/^\w*Error: /, '') : parseJson(text);
      if (state === 'gone') delete events.jobs[id];
      else
        subscriber.emit(
          'message',
          'q:events',
          JSON.stringify({ id: Number(id), event: state, args: [state, argument] }),
        );
    }
  }

  for (;;) {
    await sleep(POLL_INTERVAL_MS, undefined, { ref: false });
    ping().catch(() => {}); // so that a dead connection is noticed
    const saved = Object.keys(events.jobs).filter((id) => events.jobs[id]?.some((job) => Reflect.get(job, '_state')));
    for (let first = 0; first < saved.length; first += BATCH) {
      await poll(saved.slice(first, first + BATCH)).catch(() => {}); // tried again at the next interval
      await sleep(PAUSE_MS, undefined, { ref: false }); // others use this Redis, too
    }
  }
}
