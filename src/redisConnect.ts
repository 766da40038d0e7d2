// How every script connects: a client for the Redis at REDIS_URL, with the two log lines of task 1.
import type { Duplex } from 'node:stream';
import { type ClientOpts, createClient, type RedisClient } from 'redis';

const RETRY_MS = 500;
const FOR_EVER_MS = 2 ** 31 - 1;

/** The curriculum's log line for a working connection (task 1). */
export const CONNECTED = 'Redis client connected to the server';

/** The curriculum's log line for a connection that does not work (task 1), on one line whatever `error` is. */
export const notConnected = (error: unknown): string => `Redis client not connected to the server: ${error}`;

/** Whether a client of `redisConnect` in this process already logs how the connection is. */
export let isLogging = false;

/**
 * A client that logs when it is connected and, at each failed try, why it is not (task 1). It tries again every 500 ms,
 * and what it is asked meanwhile waits until Redis is there.
 */
export function redisConnect(options: ClientOpts = {}): RedisClient {
  isLogging = true;
  const client = createPersistentClient(options);
  client.on('ready', () => console.log(CONNECTED));
  client.on('error', (error) => console.log(notConnected(error)));
  return client;
}

/**
 * A client for REDIS_URL, default redis://127.0.0.1:6379, that never gives up: at each failed try, 500 ms apart, it emits
 * `error` with the reason. It logs nothing itself.
 */
export function createPersistentClient(options: ClientOpts = {}): RedisClient {
  const url = redisUrl();
  const client: RedisClient = createClient({
    ...url,
    connect_timeout: FOR_EVER_MS,
    retry_strategy: ({ error }) => {
      client.emit(
        'error',
        error ?? new Error(`Redis connection to ${url.host}:${url.port} failed - connection closed`),
      );
      return RETRY_MS;
    },
    ...options,
  });
  client.on('connect', () => writeOncePerTick(client.stream));
  return client;
}

/**
 * Sends what is asked in one tick in one write. That saves system calls, and workers that ask together are answered
 * together: only so does 7-job_processor.ts, with its two, print the same order every time.
 */
function writeOncePerTick(stream: Duplex): void {
  const write = stream.write.bind(stream);
  let waiting = false;
  stream.write = (chunk: string | Buffer) => {
    if (!waiting) {
      waiting = true;
      stream.cork();
      process.nextTick(() => {
        waiting = false;
        stream.uncork();
      });
    }
    return write(chunk);
  };
}

/** Reads REDIS_URL. A password may be percent-encoded or stand as it is, whatever is in it: the last `@` ends it. */
function redisUrl() {
  const url = process.env.REDIS_URL || 'redis://127.0.0.1:6379';
  const parts =
    /^redis(?<tls>s)?:\/\/(?:(?<user>[^:@/]*):(?<password>.*)@)?(?<host>\[[^\]]+\]|[^@/:]+)(?::(?<port>\d+))?(?:\/(?<db>\d*))?$/.exec(
      url,
    );
  const { tls, user, password, host, port, db } = parts?.groups ?? {};
  if (!host) {
    console.error(
      'REDIS_URL is not understood: write redis://[[user]:password@]host[:port][/database], or rediss:// for TLS',
    );
    process.exit(1);
  }
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port ?? 6379),
    db: db || undefined,
    user: user ? decoded(user) : undefined,
    password: password ? decoded(password) : undefined,
    tls: tls ? {} : undefined,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
