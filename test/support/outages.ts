// The two ways in which a Redis is away: connections to it are closed, or stay open without an answer.
import type { RedisServer } from '../../src/tools/sessions/redisServer';

export interface Outage {
  readonly outage: string;
  /** Whether its clients notice at once, as their connections are closed. */
  readonly isNoticed: boolean;
  begin(redis: RedisServer): Promise<void>;
  end(redis: RedisServer): Promise<void>;
}

export const OUTAGES: readonly Outage[] = [
  {
    outage: 'killed and started again',
    isNoticed: true,
    begin: (redis) => redis.kill(),
    end: (redis) => redis.start(),
  },
  {
    outage: 'stopped and continued',
    isNoticed: false,
    async begin(redis) {
      redis.process.kill('SIGSTOP');
    },
    async end(redis) {
      redis.process.kill('SIGCONT');
    },
  },
];
