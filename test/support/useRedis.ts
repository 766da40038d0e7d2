// A Redis of their own for the tests of one file.
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { type RedisServer, startRedis } from '../../src/tools/sessions/redisServer';

export interface TestRedis extends RedisServer {
  /** Sends one command and resolves to its reply; rejects with an error reply. */
  send(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Stops it: connections stay open, and nothing is answered. */
  hang(): void;
  /** Ends `hang`. */
  goOn(): void;
}

/** Options of a Redis that loses nothing when it is killed. */
export const KEEPS_ALL = ['--appendonly', 'yes', '--appendfsync', 'always'];

/**
 * Starts a Redis with `options` for the suite that calls this, and ends it afterwards. Each test finds it running, with
 * nothing in it but what dump.rdb has.
 */
export function useRedis(...options: string[]): () => TestRedis {
  let redis: TestRedis;
  before(async () => {
    const server = await startRedis(options);
    // Written out, since a spread would copy the present process of the server.
    redis = Object.assign(server, {
      send: sender(server.url),
      hang: () => void server.process.kill('SIGSTOP'),
      goOn: () => void server.process.kill('SIGCONT'),
    });
  });
  beforeEach(async () => {
    redis.goOn();
    if (redis.process.exitCode !== null || redis.process.signalCode !== null) await redis.start();
    await redis.send('flushall');
    await redis.send('set', 'Holberton', 'School');
  });
  after(() => redis.stop());
  return () => redis;
}

/** What sends commands to the Redis at `url`, each on a connection of its own. */
export function sender(url: string): TestRedis['send'] {
  return async (command, ...args) => {
    const client = createClient(url, { no_ready_check: true, retry_strategy: ({ error }) => error }); // a replica, too
    client.on('error', () => {}); // the command is rejected too
    try {
      return await promisify<string, string[], unknown>(client.send_command).bind(client)(command, args.map(String));
    } finally {
      client.end(false);
    }
  };
}
