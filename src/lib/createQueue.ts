// Kue's queue on the Redis at REDIS_URL, for the scripts of tasks 6 to 13: no job is lost, whatever dies.
import { randomUUID } from 'node:crypto';
import kue, { type Job, type JobCallback, type Queue } from 'kue';
import type { Client } from './clientInternals';
import { createClient } from './createClient';
import { readJob, saveJob } from './job';
import { luaScript, readLua, type ScriptClient } from './luaScript';
import { checkMessages, pollForMissedEvents, saving } from './missedEvents';
import type { JobFunction } from './runJob';
import { onShutdown } from './shutdown';
import { isUnavailable } from './unavailable';
import { startWorkers } from './worker';

const hardened = new WeakSet<Queue>();
checkMessages(); // before Kue follows a job

/**
 * Kue's queue, one per process (tasks 6 to 13). While Redis is away it waits, and tries again; it logs a line when Redis goes,
 * and one when it is back. Its `process` brings along what keeps jobs from being lost: see README.md beside this. `failFast`
 * is a server's own connection: jobs are saved through it, at once or not at all, and only it logs.
 */
export function createQueue({ failFast }: { readonly failFast?: ScriptClient } = {}): Queue {
  const clients: Client[] = [];
  const runIds = new Map<Client, string>(); // of the Redis to which each is connected
  const connectionErrors = new WeakSet<Error>();
  let isDisconnected = false;
  function connect(): Client {
    const client = createClient({ resend: true });
    clients.push(client);
    client.on('error', (error) => {
      connectionErrors.add(error);
      if (isDisconnected) return;
      isDisconnected = true;
      if (!failFast) console.log(`Redis client not connected to the server: ${error}`);
      // Where Redis has refused one, it will refuse the others. All connect again at once, so that it is one line.
      for (const other of clients) if (other !== client && other.ready) other.stream.destroy();
    });
    client.on('end', () => runIds.delete(client));
    client.on('ready', () => {
      const { run_id = '' } = client.server_info;
      runIds.set(client, run_id);
      // In a failover one may have reached the next primary before the others.
      for (const [other, id] of runIds) if (id !== run_id) other.stream.destroy();
      if (!clients.every((each) => each.closing || runIds.get(each) === run_id)) return;
      if (isDisconnected && !failFast) console.log('Redis client connected to the server');
      isDisconnected = false;
    });
    return client;
  }

  const queue = kue.createQueue({ redis: { createClientFactory: connect } });
  if (hardened.has(queue)) return queue; // Kue has one per process
  hardened.add(queue);
  queue.id += `:${randomUUID()}`; // a process id may come again
  queue.on('error', (error: Error) => {
    if (!connectionErrors.has(error)) console.log(`Queue error: ${error.message}`);
  });
  const subscriber = clients.find((client) => client !== queue.client);
  if (subscriber) pollForMissedEvents(queue, subscriber);

  const idClient = failFast?.client ?? queue.client;
  const save = failFast ? failFast.defineScript(readLua('save')) : luaScript(queue.client, readLua('save'));
  kue.Job.prototype.save = function (this: Job, callback: (error?: Error) => void = () => {}) {
    if (this.id) return this.update(callback);
    const saved = saveJob(this, idClient, save, !failFast);
    // A server's customer is told no more than a 503: the reason is for its console.
    if (failFast) saved.catch((error) => isUnavailable(error) || queue.emit('error', error));
    const told = saved.then(() => callback(), callback);
    saving.set(this, told);
    return this;
  };
  kue.Job.get = (id: number, ...rest: readonly (string | JobCallback | undefined)[]) => {
    const callback = rest.find((argument) => typeof argument === 'function');
    // Kue would print the stack to the user: one line is enough.
    const failWith = (message: string) => callback?.(Object.assign(new Error(message), { stack: message }));
    if (!/^\d{1,15}$/.test(`${id}`)) return failWith('Not the id of a job');
    queue.client.hgetall(`q:job:${id}`, (error, hash) => {
      if (!error && hash?.type !== undefined) return callback?.(null, readJob(Number(id), hash));
      // Kue would remove it: it may be saved at this moment.
      failWith(error?.message ?? `Job ${id} doesn't exist`);
    });
  };

  const stops: (readonly [type: string, stop: () => Promise<void>])[] = [];
  const shutdown = queue.shutdown.bind(queue);
  queue.shutdown = (...args: readonly unknown[]) => {
    const only = args.length > 2 && args[1]; // a type, behind a time and before a function
    const chosen = stops.filter(([type]) => !only || type === only);
    Promise.all(chosen.map(([, stop]) => stop())).then(() => Reflect.apply(shutdown, queue, args));
    return queue;
  };
  queue.process = (type: string, ...rest: readonly unknown[]) => {
    const work = rest.find(isJobFunction);
    if (!work) throw new Error('queue.process needs a function (job, done) that does a job');
    const concurrency = rest[0] === work ? 1 : Number(rest[0]); // Kue takes '3' for 3
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new Error(`queue.process takes how many jobs it does at a time, from 1 on, and not ${rest[0]}`);
    }
    const stop = startWorkers(queue, connect(), type, concurrency, work);
    stops.push([type, stop]);
    onShutdown(stop);
  };
  return queue;
}

function isJobFunction(value: unknown): value is JobFunction {
  return typeof value === 'function' && value.length <= 2;
}
