// Kue's queue on the Redis at REDIS_URL, for the scripts of tasks 6 to 13: no job is lost, whatever dies.
import kue, { type Job, type JobCallback, type Queue } from 'kue';
import { createClient, logOutages } from '../redis/createClient';
import { type LuaScript, luaScript } from '../redis/luaScript';
import { exitWith, onShutdown } from '../redis/shutdown';
import { connections, holdEventsUntil, pollForMissedEvents } from './events';
import { readJob, readLua, saveJob } from './job';
import type { JobHandler } from './runJob';
import { startWorkers } from './worker';

/**
 * Kue's queue, one for each process (tasks 6 to 13). While Redis is away it waits. It logs a line when Redis goes, and one when
 * Redis is back. `failFast` is a server's own connection: jobs are saved by it, at once or not at all, and only it logs.
 */
export function createQueue({ failFast }: { failFast?: { defineScript(text: string): LuaScript } } = {}): Queue {
  const queue = kue.createQueue({ redis: { createClientFactory: () => createClient() } });
  if (connections._client === queue.client) return queue; // Kue has one for each process: this is the second call
  connections._client = queue.client; // so that Kue publishes progress before a Lua script here publishes the end
  if (!failFast) logOutages(queue.client, true);
  queue.on('error', () => {}); // of Kue's own commands: its timers try again
  pollForMissedEvents(queue.client, connections.pubsubClient());
  const save = failFast?.defineScript(readLua('save')) ?? luaScript(queue.client, readLua('save'), { retries: true });
  replaceSaveAndGet(queue, save, !failFast);
  replaceProcess(queue);
  return queue;
}

/** Kue's own ways to save and to read a job take many steps, and run code that stands in a job. */
function replaceSaveAndGet({ client, testMode }: Queue, script: LuaScript, waitForEvents: boolean): void {
  function save(this: Job, callback: (error?: Error) => void = () => {}): Job {
    if (this.id) return this.update(callback);
    holdEventsUntil(saveJob(this, script, waitForEvents).then(() => callback(), callback));
    return this;
  }
  kue.Job.prototype.save = save;
  const { exit } = testMode;
  testMode.exit = () => {
    exit(); // it puts Kue's own back
    kue.Job.prototype.save = save;
  };
  kue.Job.get = (id: number, ...rest: readonly unknown[]) => {
    const callback = rest.find((argument): argument is JobCallback => typeof argument === 'function');
    client.hgetall(`q:job:${id}`, (error, hash) => {
      if (hash?.type) callback?.(null, readJob(Number(id), hash));
      else callback?.(error ?? new Error(`Job ${id} doesn't exist`));
    });
  };
}

const isHandler = (value: unknown): value is JobHandler => typeof value === 'function' && value.length <= 2;

/** `queue.process` starts the workers of worker.ts, and `queue.shutdown` stops them. */
function replaceProcess(queue: Queue): void {
  queue.process = (type: string, ...rest: readonly unknown[]) => {
    const [handler, concurrency = 1] = rest.toReversed();
    if (!isHandler(handler) || !Number.isInteger(concurrency) || Number(concurrency) < 1) {
      exitWith('queue.process takes a type, how many jobs it does at a time, from 1 on, and a function (job, done)');
    }
    const stop = startWorkers(queue, type, Number(concurrency), handler);
    onShutdown(() => stop());
    const worker = { type, shutdown: (ms: number | null, done: () => void) => stop(ms ?? undefined).then(done) };
    Reflect.apply(queue.workers.push, queue.workers, [worker]); // all that Kue's `shutdown` needs of a worker
    Reflect.get(queue, 'setupTimers').call(queue); // Kue's own promotion of delayed jobs
  };
}
