// A processor for the tests: what it does with a job of the type `test`, its data says.
import type { DoneCallback, Job } from 'kue';
import { createQueue } from '../../src/lib/createQueue';

const queue = createQueue();

queue.process('test', 2, async (job: Job, done: DoneCallback) => {
  console.log(`began ${job.id}`);
  const { wait, progressEvery } = Object(job.data);
  if (progressEvery) setInterval(() => job.progress(1, 2), progressEvery);
  if (wait) setTimeout(() => done(process.env.FAIL ? new Error('failed late') : undefined), wait);
  else if (job.data === 'throw') throw new Error('thrown');
  else if (job.data === 'reject') return Promise.reject();
  else if (job.data === 'fail') done(new Error('failed on purpose'));
  else if (job.data === 'die') process.kill(process.pid, 'SIGKILL');
  else if (job.data !== 'hold') done();
  if (job.data === 'twice') done();
});
