// Somebody else's program: a processor of plain Kue, which knows nothing of src/lib: plainProcessor.ts [ID]. It begins the
// jobs of the type `test`, and is never done with one whose data is "hold".
import kue, { type DoneCallback, type Job } from 'kue';

const [id] = process.argv.slice(2);
const queue = kue.createQueue({ redis: process.env.REDIS_URL });
queue.id = id ?? queue.id;

queue.process('test', (job: Job, done: DoneCallback) => {
  console.log(`began ${job.id}`);
  if (job.data !== 'hold') done();
});
