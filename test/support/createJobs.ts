// A creator for the tests: createJobs.ts TYPE DATA [OPTIONS] creates a job of TYPE with each of the DATA, a JSON array, and
// follows them. OPTIONS is a JSON object of Kue's methods, such as {"attempts":3}.
import { createQueue } from '../../src/lib/createQueue';

const [type = '', list = '[]', options = '{}'] = process.argv.slice(2);
const queue = createQueue();

for (const data of JSON.parse(list)) {
  const job = queue
    .create(type, data)
    .on('complete', () => console.log(`completed ${job.id}`))
    .on('failed', (error) => console.log(`failed ${job.id}: ${error}`));
  for (const [method, value] of Object.entries(JSON.parse(options))) Reflect.get(job, method).call(job, value);
  job.save((error?: Error) => console.log(error ? `not created: ${error}` : `created ${job.id}`));
}
