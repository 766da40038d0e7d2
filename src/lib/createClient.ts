// The connection to Redis. It is made again for as long as it takes, and left when the Redis behind it can't be used.
import { type ClientOpts, createClient as createRedisClient, type RedisClient } from 'redis';
import { autoPipeline, type Client, hasInternals, resendUnfulfilled } from './clientInternals';
import { fail } from './fail';
import { reconnectOnRefusal } from './reconnectOnRefusal';

const RETRY_MS = 500;
const REFUSED_RETRY_MS = 1000;
const CONNECT_TIMEOUT_MS = 5000;
const PROBE_MS = 2500;

export interface ConnectionOptions extends ClientOpts {
  /**
   * Whether a command that was not answered when the connection was lost is sent again, and not only a subscription. Else it
   * fails with an AbortError.
   */
  readonly resend?: boolean;
  /** After how many ms without a reply the connection is given up, default 5,000. */
  readonly replyTimeoutMs?: number;
}

/**
 * Redis's own client, for REDIS_URL, default redis://127.0.0.1:6379. It never gives up. At each failed try it emits `error`
 * with the reason, and tries again: 500 ms after that try began, so at once when a connection is lost that worked, or after
 * 1 s where Redis refused it (a wrong password, or a replica). Commands of one turn of the event loop are sent in one write.
 */
export function createClient({ resend = false, replyTimeoutMs = 5000, ...options }: ConnectionOptions = {}): Client {
  const url = redisUrl();
  let tried = performance.now();
  let refusal: Error | undefined;
  const client: RedisClient = createRedisClient(url.href, {
    connect_timeout: CONNECT_TIMEOUT_MS,
    retry_strategy: ({ error }) => {
      Object.assign(client, { retry_totaltime: 0 }); // or redis gives up once all tries took as long as one may
      const lost = `Redis connection to ${url.hostname}:${url.port || 6379} failed - closed, or no answer`;
      const reason = refusal ?? error ?? new Error(lost);
      const now = performance.now();
      const delay = refusal ? REFUSED_RETRY_MS : Math.max(0, tried + RETRY_MS - now);
      tried = now + delay;
      refusal = undefined;
      client.emit('error', reason);
      return delay;
    },
    ...options,
  });
  client.on('error', ({ command, message }: Error & { command?: string }) => {
    if (command === 'SELECT') fail(`Database ${url.pathname.slice(1)} of REDIS_URL can't be used: ${message}`);
  });
  if (!hasInternals(client)) throw new Error('This needs redis 3.1: run "npm run setup"');
  const leaveReplica = reconnectOnRefusal(client, (reason) => {
    refusal = reason;
  });
  closeWhenSilent(replyTimeoutMs, client, leaveReplica);
  resendUnfulfilled(client, resend);
  autoPipeline(client);
  return client;
}

/**
 * Leaves the connection when a command has had no reply for `ms`: a machine that has lost its power closes nothing. So that
 * there is a command to wait for, it asks now and then whether Redis is a replica by now. A subscriber may send no more than a
 * PING.
 */
function closeWhenSilent(ms: number, client: Client, leaveReplica: () => boolean): void {
  let oldest: unknown;
  let since = 0;
  let probed = performance.now();
  setInterval(() => {
    const first = client.command_queue.peekFront();
    if (first !== oldest) {
      oldest = first;
      since = performance.now();
    } else if (first && performance.now() - since > ms) {
      // The reply may have come while this process was busy: then it is read before this.
      setImmediate(() => client.command_queue.peekFront() === first && client.stream.destroy());
    }
    if (client.ready && performance.now() - probed > PROBE_MS) {
      probed = performance.now();
      if (client.pub_sub_mode) client.ping(() => {});
      else client.info('replication', leaveReplica);
    }
  }, ms / 40).unref();
}

function redisUrl(): URL {
  try {
    const url = new URL(process.env.REDIS_URL || 'redis://127.0.0.1:6379');
    const { protocol, username, password, hostname, port, pathname, search, hash } = url;
    decodeURIComponent(username + password); // throws where it is not percent-encoded
    const isServer = /^[\w.-]+$|^\[[\w.:]+\]$/.test(hostname) && port !== '0'; // redis would take 6379 for 0
    if (/^rediss?:$/.test(protocol) && isServer && /^\/?\d*$/.test(pathname) && !search && !hash) return url;
  } catch {}
  return fail(
    'REDIS_URL is not understood: write redis://[[user]:password@]host[:port][/database], or rediss:// for TLS, with the password percent-encoded',
  );
}
