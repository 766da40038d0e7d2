// Kue's queue on the Redis that redisConnect uses, for the scripts of tasks 6 to 13.
import { randomUUID } from 'node:crypto';
import kue, { type Job, type Queue } from 'kue';
import type { RedisClient } from 'redis';
import { CONNECTED, isLogging, notConnected } from '../redisConnect';
import { createKueClient } from './kueClient';

const LOOK_EVERY_MS = 3000;
const LOOK_AT_MOST = 1000;

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

/**
 * Kue tells the ends of jobs on a channel: who is not connected at that moment misses them, and so do all when a processor
 * dies just before. So jobs that nothing is heard of are looked up, and told when they had ended at the last look already.
 */
function tellMissedEnds(queue: Queue, subscriber: RedisClient): void {
  const { client } = queue;
  const waiting = new Map<Job, boolean>(); // to whether it had ended when it was last looked up
  function forget(this: Job) {
    waiting.delete(this);
  }
  const create = queue.create.bind(queue);
  queue.create = (type, data) => {
    const job = create(type, data).on('complete', forget).on('failed', forget);
    waiting.set(job, false);
    return job;
  };

  setInterval(() => {
    if (!client.connected) return;
    for (const [job, hadEnded] of [...waiting].slice(0, LOOK_AT_MOST)) {
      if (!job.id) continue;
      client.hmget(`q:job:${job.id}`, 'state', 'result', 'error', (_error, [state, result, error] = []) => {
        if (!waiting.delete(job)) return;
        const ended = state === 'complete' || state === 'failed';
        waiting.set(job, ended); // at the end, for the others to have their turn
        if (!ended || !hadEnded) return;
        const why = error?.split('\n')[0]?.replace(/^\w*Error: /, '');
        const argument = state === 'failed' ? why : result && JSON.parse(result);
        const told = { id: job.id, event: state, args: [state, argument || undefined] };
        subscriber.emit('message', 'q:events', JSON.stringify(told));
      });
    }
  }, LOOK_EVERY_MS).unref();
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
