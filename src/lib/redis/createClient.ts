// The connections of the queue and the servers. They leave a Redis that is of no use: perhaps another answers at its address.
import { AbortError, type ClientOpts, type RedisClient, ReplyError } from 'redis';
import { redisConnect } from '../../redisConnect';

// What redis 3 has, but its types have not.
declare module 'redis' {
  interface RedisClient {
    /** Whether it is connected, and Redis has answered the first question, INFO. */
    ready: boolean;
    /** Whether this process has ended it. */
    closing: boolean;
    on_info_cmd(error: Error | null, info: unknown): void;
    send_offline_queue(): void;
    internal_send_command(command: unknown): boolean;
  }
  interface ServerInfo {
    role?: string;
  }
}

/**
 * The client of `redisConnect`, without its log lines. It leaves a replica, and a Redis that has not replied for `replyTimeoutMs`:
 * it emits `error` with the reason, and connects again after 500 ms.
 */
export function createClient(replyTimeoutMs = 5000, options?: ClientOpts): RedisClient {
  const client = redisConnect(options, () => {});
  const leave = (reason: string) => client.stream.destroy(new Error(reason));
  client.on('error', (error) => {
    if (error instanceof ReplyError && !client.ready) leave(error.message); // a wrong password: redis would wait for ever
  });
  const leaveReplica = () => {
    const isReplica = client.server_info.role === 'slave';
    if (isReplica) leave('READONLY this Redis is a replica');
    return isReplica;
  };
  const { on_info_cmd } = client;
  client.on_info_cmd = (error, info) => {
    if (error instanceof AbortError || leaveReplica()) return; // why the connection was lost is said already
    on_info_cmd.call(client, error, info);
  };

  // A machine without power closes nothing: so there is always a question, and a limit for its reply.
  let asked: unknown; // the stream on which a reply is due
  const interval = setInterval(() => {
    const { stream } = client;
    if (client.closing) clearInterval(interval);
    if (client.closing || asked === stream) return;
    asked = stream;
    // What came while this process was busy is read before setImmediate.
    const leaveIfSilent = () => setImmediate(() => asked === stream && leave(`no reply for ${replyTimeoutMs} ms`));
    const timer = setTimeout(leaveIfSilent, replyTimeoutMs).unref();
    stream.once('data', () => {
      asked = undefined;
      clearTimeout(timer);
    });
    if (client.ready) client.info('replication', leaveReplica); // a subscriber gets an error for it: a reply, too
  }, replyTimeoutMs / 20).unref();

  // Redis 3.1.2 itself sends one command after the other until none waits. If the connection is lost meanwhile, each is queued
  // again, and it never ends. What was called together goes in one write, and so is answered together.
  client.send_offline_queue = () => {
    client.stream.cork();
    for (let left = client.offline_queue.length; left > 0; left--) {
      client.internal_send_command(client.offline_queue.shift());
    }
    client.stream.uncork();
  };
  return client;
}

/** Logs a line when Redis goes, and one when it is back. `isNew`: also when `client` is connected for the first time. */
export function logOutages(client: RedisClient, isNew: boolean): void {
  let last = isNew ? '' : 'ready';
  const log = (event: string, line: string) => {
    if (event !== last) console.log(line);
    last = event;
  };
  client.on('ready', () => log('ready', 'Redis client connected to the server'));
  client.on('error', (error) => {
    // An error reply is a reason to leave this Redis: it is emitted again, with the address, when that is done.
    if (!(error instanceof ReplyError)) log('error', `Redis client not connected to the server: ${error}`);
  });
}
