// A creator for the tests, which saves like the server of task 13: failFastCreator.ts TYPE COUNT creates so many jobs, says how many
// were saved and how many refused, and then, whenever it changes, how many are followed.
import events from 'kue/lib/queue/events';
import { createQueue } from '../../src/lib/createQueue';
import { failFastRedis } from '../../src/lib/failFast';

const [type = '', count] = process.argv.slice(2);
const failFast = failFastRedis();
const queue = createQueue({ failFast });

async function createJob(): Promise<boolean> {
  const job = queue.create(type, {}).on('complete', () => console.log(`completed ${job.id}`));
  return new Promise((resolve) => job.save((error?: Error) => resolve(!error)));
}

async function createAll(): Promise<void> {
  let saved = 0;
  let left = Number(count);
  const createOthers = async () => {
    while (left-- > 0) if (await createJob()) saved++;
  };
  await Promise.all(Array.from({ length: 20 }, createOthers)); // few at a time, or Redis is too late for some
  console.log(`saved ${saved}, refused ${Number(count) - saved}`);

  let followed = -1;
  setInterval(() => {
    const { length } = Object.keys(events.jobs);
    if (length !== followed) console.log(`follows ${length}`);
    followed = length;
  }, 50);
}

failFast.client.once('ready', createAll);
