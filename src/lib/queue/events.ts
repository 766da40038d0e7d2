// Kue publishes the end of a job on a channel. A process that is not connected at that moment misses it, and looks for it here.
import { promisify } from 'node:util';
import type { RedisClient } from 'redis';
import { fieldsOf } from '../redis/errorLine';
import { parseJson } from './job';

/** Kue's connections. `_client` is the one on which Kue publishes events. */
export const connections: { _client: RedisClient; pubsubClient(): RedisClient } = require('kue/lib/redis');
// The jobs that this process follows, by their ids, and what Kue does with a message on its channel.
type Events = { jobs: Record<string, unknown>; onMessage(channel: string, text: string): void };
const events: Events = require('kue/lib/queue/events');
let pendingSaves: Promise<unknown> = Promise.resolve();

/** Holds events back until `saved` has resolved: a creator hears that a job is created before it hears what becomes of it. */
export function holdEventsUntil(saved: Promise<unknown>): void {
  pendingSaves = Promise.all([pendingSaves, saved]).then(() => {}); // without their results, which would add up
}

const { onMessage } = events;
events.onMessage = async (channel, text) => {
  const { id, args } = fieldsOf(parseJson(text));
  // Kue itself would end this process at a message that is no event.
  if (!Number.isSafeInteger(Number(id)) || !Array.isArray(args) || typeof args[0] !== 'string') return;
  await pendingSaves;
  onMessage(channel, text);
};

/**
 * Looks every 3 s for the ends of the jobs that this process follows, and emits those that were missed, as if they came from
 * Kue's channel. `subscriber` is the connection that is subscribed to it.
 */
export function pollForMissedEvents(client: RedisClient, subscriber: RedisClient): void {
  const readAsync = promisify<string, string[], string[]>(client.hmget).bind(client);
  const pingAsync = promisify<unknown>(subscriber.ping).bind(subscriber);
  subscriber.on('ready', () => subscriber.subscribe('q:events', () => {})); // redis does it if the first was confirmed

  async function lookUp(id: string): Promise<void> {
    const [state, result, error] = await readAsync(`q:job:${id}`, ['state', 'result', 'error']);
    if (state && state !== 'complete' && state !== 'failed') return;
    await pingAsync(); // what was published before comes before this reply
    if (!state) delete events.jobs[id]; // it was removed: there is nothing more to hear
    if (!events.jobs[id]) return;
    const reason = String(error).replace(/^\w*Error: |\n[\s\S]*/g, '');
    const args = [state, state === 'failed' ? reason : parseJson(result)];
    subscriber.emit('message', 'q:events', JSON.stringify({ id: Number(id), event: state, args }));
  }
  setInterval(() => {
    if (client.ready) for (const id of Object.keys(events.jobs)) lookUp(id).catch(() => {}); // tried again after 3 s
  }, 3000).unref();
}
