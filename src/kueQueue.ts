// Kue's queue on the Redis that redisConnect uses, for the scripts of tasks 6 to 13.
import kue, { type Queue } from 'kue';
import { CONNECTED, createPersistentClient, notConnected } from './redisConnect';

/**
 * Kue's queue, one per process, on REDIS_URL (tasks 6 to 13). While Redis is away, what Kue has to do waits or is done
 * again once it is back; the outage and its end are said in a line each.
 */
export function createQueue(): Queue {
  const queue = kue.createQueue({
    redis: { createClientFactory: () => createPersistentClient({ retry_unfulfilled_commands: true }) },
  });
  let away = false;
  queue.on('error', (error: Error) => {
    if (!error.message.startsWith('Redis connection')) console.log(`Queue error: ${error.message}`);
    else if (!away) console.log(notConnected(error));
    away = true;
  });
  queue.client.on('ready', () => {
    if (away) console.log(CONNECTED);
    away = false;
  });
  return queue;
}
