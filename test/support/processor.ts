// A processor for the tests: what it does with a job of the type `test`, its data says.
import { promisify } from 'node:util';
import type { DoneCallback, Job } from 'kue';
import { AbortError, createClient, ReplyError } from 'redis';
import { createQueue } from '../../src/lib/queue/createQueue';

const queue = createQueue();

function fail(message: string): never {
  throw new Error(message);
}

/** How a command fails when its client was closed by quit(). */
async function closedClient(): Promise<unknown> {
  const client = createClient(process.env.REDIS_URL ?? '');
  await promisify(client.quit).bind(client)();
  return promisify(client.ping)
    .bind(client)()
    .catch((error) => error);
}

async function work(job: Job, done: DoneCallback): Promise<unknown> {
  const { wait, progressEvery, error, id, reply } = Object(job.data);
  if (error) return done(new Error(error));
  if (wait) setTimeout(() => done(process.env.FAIL ? new Error('failed late') : undefined), wait);
  if (progressEvery) setInterval(() => job.progress(1, 2), progressEvery);
  if (id) setImmediate(() => Object.assign(job, { id }));
  console.log(`began ${job.id}`); // after the timers, as the test may stop this process now
  if (reply) throw new ReplyError(reply);
  if (job.data === 'closed') throw await closedClient();
  if (job.data === 'throw') throw new Error('thrown');
  if (job.data === 'reject') return Promise.reject();
  if (job.data === 'unreadable') return done(Object.create(null));
  if (job.data === 'unreadable rejection') throw Object.create(null);
  if (job.data === 'away') throw Object.create(AbortError.prototype); // Redis is away
  if (job.data === 'odd stack') throw Object.assign(new Error('odd'), { stack: [] });
  if (job.data === 'odd message') throw Object.assign(new Error(), { message: Object.create(null) });
  if (job.data === 'odd prototype') throw new Proxy({}, { getPrototypeOf: () => fail('no prototype') });
  if (job.data === 'fail') return done(new Error('failed on purpose'));
  if (job.data === 'die') process.kill(process.pid, 'SIGKILL');
  if (job.data === 'progress') done(null, job.progress(1, 2, { note: 'half' }).id);
  if (job.data === 'shut down other') queue.shutdown(1000, 'other', () => console.log('other is shut down'));
  if (job.data === 'ended') done();
  if (job.data === 'ended') throw new Error('late');
  if (job.data === 'quick' || job.data === 'twice') done();
  if (job.data === 'twice') done();
}

for (const type of (process.env.TYPES ?? 'test').split(',')) {
  Reflect.apply(queue.process, queue, [type, process.env.CONCURRENCY ?? 2, work]);
}
