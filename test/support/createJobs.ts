// A creator for the tests: createJobs.ts TYPE DATA [OPTIONS] creates a job of TYPE with each of the DATA, a JSON array, and
// follows them. OPTIONS is a JSON object of Kue's methods, such as {"attempts":3}. With RETRY, what is refused is saved again.
// With NOW, it is always so many ms since 1970.
import { createQueue } from '../../src/lib/queue/createQueue';

if (process.env.NOW) Date.now = () => Number(process.env.NOW);
const [type = '', list = '[]', options = '{}'] = process.argv.slice(2);
const queue = createQueue();

for (const data of JSON.parse(list)) {
  const job = queue
    .create(type, data)
    .on('progress', (percentage) => `${percentage}%`)
    .on('complete', () => console.log(`completed ${job.id}`))
    .on('failed', (error) => console.log(`failed ${job.id}: ${error}`));
  for (const [method, value] of Object.entries(JSON.parse(options))) Reflect.get(job, method).call(job, value);
  const save = () =>
    job.save((error?: Error) => {
      console.log(error ? `not created: ${error}` : `created ${job.id}`);
      if (error && process.env.RETRY) setTimeout(save, 200);
    });
  save();
}
