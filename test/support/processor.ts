// A processor for the tests, protected as those of the tasks are: what it does with a job of the type `test`, its data says.
import { createQueue } from '../../src/lib/createQueue';
import { guarded, protectJobs } from '../../src/lib/protectJobs';

const queue = createQueue();

queue.process(
  'test',
  2,
  guarded(async (job, done) => {
    console.log(`began ${job.id}`);
    if (job.data === 'throw') throw new Error('thrown');
    if (job.data === 'reject') return Promise.reject();
    if (job.data === 'hold') return;
    if (job.data === 'twice') done();
    done();
  }),
);
protectJobs(queue, 'test');
