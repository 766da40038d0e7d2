// A processor for the tests: what it does with a job says the job's data. Environment: NAME, at which some jobs fail; TYPES, those
// of its jobs, default `test`; CONCURRENCY, default 2; PARAMETERS=3, its function takes a context as Kue documents it; PLAIN=1, it
// is a program of plain Kue, that knows nothing of src/lib; ON_SIGTERM, what it does itself when it is told to end.
import { setTimeout as sleep } from 'node:timers/promises';
import kue, { type DoneCallback, type Job } from 'kue';
import { ReplyError } from 'redis';
import { createQueue } from '../../src/lib/queue/createQueue';

const { TYPES = 'test', CONCURRENCY = '2', NAME, PARAMETERS, PLAIN, ON_SIGTERM, REDIS_URL } = process.env;
const queue = PLAIN ? kue.createQueue({ redis: REDIS_URL }) : createQueue();

async function work(job: Job, done: DoneCallback): Promise<unknown> {
  console.log(`began ${job.id}`);
  const { wait, failsAt, reply, result } = Object(job.data);
  if (wait) await sleep(wait);
  if (failsAt && failsAt === NAME) return done(new Error('failed late'));
  if (reply) throw new ReplyError(reply);
  if (wait || result) return done(null, result);
  switch (job.data) {
    case 'quick':
      return done();
    case 'hold':
      return; // never done
    case 'die':
      return process.kill(process.pid, 'SIGKILL');
    case 'fail':
      return done(new Error('no answer'));
    case 'throw':
      throw new Error('thrown');
    case 'reject':
      return Promise.reject();
    case 'unreadable':
      return done(Object.create(null));
    case 'twice':
      done();
      return done();
    case 'late':
      done();
      throw new Error('late');
  }
}

const withContext = (job: Job, _context: unknown, done: DoneCallback) => work(job, done);
for (const type of TYPES.split(',')) {
  Reflect.apply(queue.process, queue, [type, Number(CONCURRENCY), PARAMETERS === '3' ? withContext : work]);
}

if (ON_SIGTERM === 'exit 3') process.once('SIGTERM', () => setTimeout(() => process.exit(3), 500));
if (ON_SIGTERM === 'shutdown') {
  process.once('SIGTERM', () => {
    queue.shutdown(5000, () => {
      console.log('shut down');
      process.exit(4);
    });
  });
}
