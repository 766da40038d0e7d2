// How every script connects: a client for the Redis at REDIS_URL, with the two log lines of task 1.
import type { Duplex } from 'node:stream';
import { type ClientOpts, createClient, type RedisClient } from 'redis';
import { fail } from './lib/fail';

type Later = (callback: () => void) => unknown;

const RETRY_MS = 500;
const CONNECT_MS = 10_000;
const WRITE_AT = 16_384; // characters: more of them would not save much, and keep Redis waiting

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
  const client = createPersistentClient(options, setImmediate); // each request to a server is a tick of its own
  client.on('ready', () => console.log(CONNECTED));
  client.on('error', (error) => console.log(notConnected(error)));
  return client;
}

/**
 * A client for REDIS_URL, default redis://127.0.0.1:6379, that never gives up: at each failed try, 500 ms apart, it emits
 * `error` with the reason. It logs nothing itself. What it is asked goes out when `later` calls back, together.
 */
export function createPersistentClient(options: ClientOpts = {}, later: Later = process.nextTick): RedisClient {
  const url = redisUrl();
  const client: RedisClient = createClient({
    ...url,
    connect_timeout: CONNECT_MS,
    retry_strategy: ({ error }) => {
      Object.assign(client, { retry_totaltime: 0 }); // or redis would give up once all tries took as long as one may
      client.emit(
        'error',
        error ?? new Error(`Redis connection to ${url.host}:${url.port} failed - closed, or no answer`),
      );
      return RETRY_MS;
    },
    ...options,
  });
  client.on('error', ({ command, message }: Error & { command?: string }) => {
    if (command === 'SELECT') fail(`Database ${url.db} of REDIS_URL can't be used: ${message}`);
  });
  client.on('connect', () => writeTogether(client.stream, later));
  return client;
}

/**
 * Sends what is asked until `later` calls back in one write, or in several when it is much. That saves system calls, and
 * workers that ask together are answered together: only so does 7-job_processor.ts, with its two, print the same order
 * every time.
 */
function writeTogether(stream: Duplex, later: Later): void {
  const write = stream.write.bind(stream);
  let waiting = '';
  const flush = () => {
    const text = waiting;
    waiting = '';
    if (text) write(text);
  };
  stream.write = (chunk: string | Buffer) => {
    if (typeof chunk !== 'string') {
      flush();
      return write(chunk);
    }
    if (!waiting) later(flush);
    waiting += chunk;
    if (waiting.length >= WRITE_AT) flush();
    return true;
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
    fail('REDIS_URL is not understood: write redis://[[user]:password@]host[:port][/database], or rediss:// for TLS');
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
