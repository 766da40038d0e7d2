// Task 1. Connects to the Redis at REDIS_URL, and says whether that worked. The tasks up to 5 and the two servers start from here.
import type { RedisClient } from 'redis';
import { type ConnectionOptions, createClient } from './lib/createClient';

/**
 * A client that logs when it is connected and, at each failed try, why it is not (task 1). What it is asked meanwhile waits
 * until Redis is there. `createClient` is redis's own, for REDIS_URL: it tries again for as long as it takes.
 */
export function redisConnect(options?: ConnectionOptions): RedisClient {
  const client = createClient(options);
  client.on('ready', () => console.log('Redis client connected to the server'));
  client.on('error', (error) => console.log(`Redis client not connected to the server: ${error}`));
  return client;
}
