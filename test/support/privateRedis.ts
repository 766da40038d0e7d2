// A Redis for the tests of one suite.
import { type RedisServer, startRedis } from '../../src/tools/redisServer';

/** Gives each test of the suite that calls this a fresh Redis, started on dump.rdb with `options`, and ends it afterwards. */
export function privateRedis(...options: string[]): () => RedisServer {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await startRedis(options);
  });
  afterEach(() => redis.stop());
  return () => redis;
}
