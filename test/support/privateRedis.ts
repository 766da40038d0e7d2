// A Redis for the tests of one suite.
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { type RedisServer, startRedis } from '../../src/tools/sessions/redisServer';

export interface PrivateRedis extends RedisServer {
  /** Sends one command and resolves to its reply. */
  ask(command: string, ...args: (string | number)[]): Promise<unknown>;
}

/** Gives each test of the suite that calls this a fresh Redis, started on dump.rdb with `options`, and ends it afterwards. */
export function privateRedis(...options: string[]): () => PrivateRedis {
  let redis: PrivateRedis;
  beforeEach(async () => {
    const server = await startRedis(options);
    redis = Object.assign(server, { ask: asker(server.url) });
  });
  afterEach(() => redis.stop());
  return () => redis;
}

function asker(url: string): PrivateRedis['ask'] {
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
