// A creator for the tests: creates a job of TYPE with each of the data in a JSON array, and follows them.
import { createQueue } from '../../src/lib/createQueue';

const [type = '', list = ''] = process.argv.slice(2);
const queue = createQueue();

for (const data of JSON.parse(list)) {
  const job = queue
    .create(type, data)
    .on('complete', () => console.log(`completed ${job.id}`))
    .on('failed', (error) => console.log(`failed ${job.id}: ${error}`));
  job.save((error?: Error) => console.log(error ? `not created: ${error}` : `created ${job.id}`));
}
