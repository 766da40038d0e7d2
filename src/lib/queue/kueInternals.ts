// The parts of Kue that src/lib works with, and that are not in Kue's types.
import type { Job } from 'kue';
import type { RedisClient } from 'redis';

declare module 'kue' {
  interface Queue {
    /** Starts Kue's own timer that promotes delayed jobs. */
    setupTimers(): void;
  }
  interface Job {
    _delay?: number; // ms
    _ttl?: number; // ms
    _attempts?: number;
    _backoff?: unknown;
    _removeOnComplete?: unknown;
  }
}

/** Kue's connections. `_client` is the one on which Kue publishes events. */
export const connections: { _client: RedisClient; pubsubClient(): RedisClient } = require('kue/lib/redis');

/** The jobs that this process follows, by their ids, and what Kue does with a message on its channel. */
export const events: { readonly jobs: Record<string, Job[]>; onMessage(channel: string, text: string): void } =
  require('kue/lib/queue/events');
