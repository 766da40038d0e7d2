// The connections of the queue and the servers. They leave a Redis that is of no use: perhaps another answers at its address.
import { type ClientOpts, type RedisClient, ReplyError } from 'redis';
import { redisConnect } from '../../redisConnect';
import { exitWith } from './shutdown';

// What redis 3 has, but its types have not.
declare module 'redis' {
  interface RedisClient {
    ready: boolean; // it is connected, and Redis has answered the first question, INFO
    closing: boolean; // this process has ended it
    on_info_cmd(error: Error | null, info: unknown): void;
    send_offline_queue(): void;
    internal_send_command(command: unknown): boolean;
  }
}

/**
 * The client of `redisConnect`, without its log lines. It leaves a replica, and a Redis that has not replied for `replyTimeoutMs`:
 * it emits `error` with the reason, and connects again after 500 ms.
 */
export function createClient(replyTimeoutMs = 5000, options?: ClientOpts): RedisClient {
  const client = redisConnect(options, () => {});
  const isReplica = () => Reflect.get(client.server_info, 'role') === 'slave';
  const leave = (reason = 'READONLY this Redis is a replica') => client.stream.destroy(new Error(reason));
  client.on('error', ({ name, message, command }: Error & { command?: string }) => {
    if (command === 'SELECT') exitWith(`The database of REDIS_URL can't be used: ${message}`);
    if (name === 'ReplyError' && !client.ready) leave(message); // a wrong password: redis itself would wait for ever
  });
  const { on_info_cmd } = client;
  client.on_info_cmd = (error, info) => (isReplica() ? leave() : on_info_cmd.call(client, error, info));

  // A machine without power closes nothing: so a command is sent now and then, and its reply has a limit.
  let unanswered: { readonly stream: unknown } | undefined; // the latest of these commands, if nothing has come since
  const interval = setInterval(() => {
    const { stream } = client;
    if (client.closing) clearInterval(interval);
    if (client.closing || unanswered?.stream === stream) return;
    const probe = { stream };
    unanswered = probe;
    stream.once('data', () => {
      unanswered = undefined;
    });
    const leaveIfSilent = () => unanswered === probe && stream.destroy(new Error(`no reply for ${replyTimeoutMs} ms`));
    setTimeout(() => setImmediate(leaveIfSilent), replyTimeoutMs).unref(); // behind what came while this process was busy
    if (client.ready) client.info('replication', () => isReplica() && leave()); // a subscriber gets an error for it: a reply, too
  }, replyTimeoutMs / 20).unref();

  // Redis 3.1.2 itself sends one command after the other until none waits. If the connection is lost meanwhile, each is queued
  // again, and it never ends. In one write, what was called together is answered together.
  client.send_offline_queue = () => {
    client.stream.cork();
    for (let n = client.offline_queue.length; n > 0; n--) client.internal_send_command(client.offline_queue.shift());
    client.stream.uncork();
  };
  return client;
}

/** Logs a line when Redis goes, and one when it is back; the latter also at first, unless `isConnected` is assumed. */
export function logOutages(client: RedisClient, isConnected?: boolean): void {
  client.on('ready', () => {
    if (!isConnected) console.log('Redis client connected to the server');
    isConnected = true;
  });
  client.on('error', (error) => {
    if (error instanceof ReplyError) return; // a reason to leave this Redis, which then comes with its address
    if (isConnected !== false) console.log(`Redis client not connected to the server: ${error}`);
    isConnected = false;
  });
}
