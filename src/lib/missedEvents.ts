// Kue publishes the end of a job on a channel. A process that is not connected at that moment misses it: this looks for
// missed ends, and emits them. It also checks what comes on the channel.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Job, Queue } from 'kue';
import events from 'kue/lib/queue/events';
import type { RedisClient } from 'redis';
import { parseJson } from './job';

const POLL_INTERVAL_MS = 3000;
const BATCH = 500;
const PAUSE_MS = 20;

/** The jobs that are being saved: what becomes of a job is told after it is told that it is created. */
export const saving = new WeakMap<Job, Promise<unknown>>();

/**
 * Has Kue ignore a message on its channel that is none of its events, which would end this process, and wait with one of a job
 * that is being saved. To be called first.
 */
export function checkMessages(): void {
  const { onMessage } = events;
  events.onMessage = async (channel, text) => {
    const { id, event, args } = Object(parseJson(text));
    if (!['number', 'string'].includes(typeof id) || !/^\d{1,15}$/.test(id)) return;
    if (typeof event !== 'string' || !Array.isArray(args) || typeof args[0] !== 'string') return;
    if (/^(failed|error)/.test(args[0]) && typeof args[1] !== 'string') return; // why must be text
    if (args[0] === 'progress' && typeof args[1] !== 'number') return;
    for (const job of events.jobs[id] ?? []) await saving.get(job); // its reply comes on another connection
    onMessage(channel, text);
  };
}

/**
 * Polls every 3 s for the ends of the jobs that this process follows, and tells those that were missed as if they came from
 * the channel. Jobs that are gone from Redis are forgotten. `subscriber` is the connection to Kue's channel.
 */
export async function pollForMissedEvents({ client }: Queue, subscriber: RedisClient): Promise<never> {
  const readAsync = promisify<string, string[], string[]>(client.hmget).bind(client);
  const ping = promisify<unknown>(subscriber.ping).bind(subscriber);

  async function lookUp(id: string): Promise<void> {
    const [state, result, error, attempts, max] = await readAsync(`q:job:${id}`, [
      'state',
      'result',
      'error',
      'attempts',
      'max_attempts',
    ]);
    if (state && state !== 'complete' && state !== 'failed') return;
    if (state === 'failed' && Number(attempts) < Number(max)) return; // as Kue has it for a moment between two attempts
    await ping(); // all that was on its way on the channel comes before this reply
    if (!state) delete events.jobs[id];
    if (!events.jobs[id]) return; // gone, or told by now
    const reason = String(error).replace(/^\w*Error: |\n[\s\S]*/g, '');
    const args = [state, state === 'failed' ? reason : parseJson(result)];
    subscriber.emit('message', 'q:events', JSON.stringify({ id: Number(id), event: state, args }));
  }

  for (;;) {
    await sleep(POLL_INTERVAL_MS, undefined, { ref: false });
    const saved = Object.keys(events.jobs).filter((id) => events.jobs[id]?.some((job) => Reflect.get(job, '_state')));
    for (let first = 0; first < saved.length; first += BATCH) {
      await Promise.allSettled(saved.slice(first, first + BATCH).map(lookUp)); // tried again at the next interval
      await sleep(PAUSE_MS, undefined, { ref: false }); // others use this Redis, too
    }
  }
}
