// Task 1. Connects to the Redis at REDIS_URL, and says whether that worked. The tasks up to 5 start from here.
import { type ClientOpts, createClient, type RedisClient } from 'redis';

/**
 * A client of redis that logs when it is connected and, at each try that fails, why it is not (task 1). It tries again every
 * 500 ms, for ever. Commands wait until it is connected. `log` gets the lines, by default the console.
 */
export function redisConnect(options?: ClientOpts, log: (line: string) => void = console.log): RedisClient {
  const client = createClient(redisUrl(), {
    connect_timeout: 2 ** 31 - 1, // ms; by default, redis gives up after an hour
    retry_strategy: ({ error }) => {
      client.emit('error', error ?? new Error('Redis has closed the connection'));
      return 500;
    },
    ...options,
  });
  client.on('ready', () => log('Redis client connected to the server'));
  client.on('error', (error) => log(`Redis client not connected to the server: ${error}`));
  return client;
}

/** The environment variable REDIS_URL, or the Redis of this machine. If it is no such URL, one line says so, exit code 1. */
function redisUrl(): string {
  const url = process.env.REDIS_URL || 'redis://127.0.0.1:6379';
  if (/^rediss?:\/\/[^\s/?#]+(\/\d*)?$/.test(url) && !/%(?![\da-f]{2})/i.test(url) && URL.canParse(url)) return url;
  console.error(
    'REDIS_URL must be redis://[[user]:password@]host[:port][/database], with the password percent-encoded',
  );
  process.exit(1);
}
