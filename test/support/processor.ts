// A processor for the tests, what it does with a job of the type `test`, its data says.
import type { DoneCallback, Job } from 'kue';
import { createQueue } from '../../src/lib/createQueue';

const queue = createQueue();

queue.process('test', 2, async (job: Job, done: DoneCallback) => {
  console.log(`began ${job.id}`);
  if (job.data === 'throw') throw new Error('thrown');
  if (job.data === 'reject') return Promise.reject();
  if (job.data === 'hold') return;
  if (job.data === 'twice') done();
  done();
});
