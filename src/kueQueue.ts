// Kue's queue on the Redis that redisConnect uses, for the scripts of tasks 6 to 13.
import { randomUUID } from 'node:crypto';
import kue, { type Job, type Queue } from 'kue';
import type { RedisClient } from 'redis';
import { createKueClient } from './kueClient';
import { CONNECTED, isLogging, notConnected } from './redisConnect';

/**
 * Kue's queue, one per process, on REDIS_URL (tasks 6 to 13). While Redis is away, what Kue has to do waits or is done
 * again once it is back; the outage and its end are said in a line each.
 */
export function createQueue(): Queue {
  const clients: RedisClient[] = [];
  const ofConnection = new WeakSet<Error>();
  let away = false;
  const createClientFactory = () => {
    const client = createKueClient();
    clients.push(client);
    client.on('error', (error) => {
      ofConnection.add(error);
      if (!away && !isLogging) console.log(notConnected(error));
      away = true;
    });
    client.on('ready', () => {
      if (!clients.every(({ connected }) => connected)) return;
      if (away && !isLogging) console.log(CONNECTED);
      away = false;
    });
    return client;
  };
  const queue = kue.createQueue({ redis: { createClientFactory } });
  queue.id += `:${randomUUID()}`; // workers are named after it, and a process id may come again
  queue.on('error', (error: Error) => {
    if (!ofConnection.has(error)) console.log(`Queue error: ${error.message}`);
  });
  const subscriber = clients.find((client) => client !== queue.client);
  if (subscriber) tellMissedEnds(queue, subscriber);
  return queue;
}

/** Kue tells the ends of jobs on a channel, and who is not connected at that moment misses them: look them up afterwards. */
function tellMissedEnds(queue: Queue, subscriber: RedisClient): void {
  const waiting = new Set<Job>();
  function forget(this: Job) {
    waiting.delete(this);
  }
  const create = queue.create.bind(queue);
  queue.create = (type, data) => {
    const job = create(type, data).on('complete', forget).on('failed', forget);
    waiting.add(job);
    return job;
  };

  const { client } = queue;
  subscriber.once('ready', () => subscriber.on('ready', lookUp));
  function lookUp() {
    for (const { id } of waiting) {
      if (!id) continue;
      client.hmget(`q:job:${id}`, 'state', 'result', 'error', (_error, [state, result, error] = []) => {
        if (state === 'complete') tell(id, state, result ? JSON.parse(result) : undefined);
        if (state === 'failed') tell(id, state, error?.split('\n')[0]?.replace(/^\w*Error: /, ''));
      });
    }
  }
  function tell(id: number, event: string, argument: unknown) {
    subscriber.emit('message', 'q:events', JSON.stringify({ id, event, args: [event, argument] }));
  }
}

const SAVE_MS = 400;
const refused = new Set<number>();

/**
 * Saves a new job. Rejects when that fails or takes more than 400 ms; a job that is saved only after that is taken out of
 * the queue again, so that what was refused is not done.
 */
export function saveNow(job: Job): Promise<void> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new Error('Redis took too long'));
    }, SAVE_MS);
    job.save((error?: Error) => {
      clearTimeout(timer);
      if (late) {
        refused.add(job.id);
        job.remove();
      }
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Whether `saveNow` has refused this job, but a worker of this process got it before it was taken out. */
export function wasRefused(job: Job): boolean {
  return refused.has(Number(job.id));
}
