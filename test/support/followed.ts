// A creator for the tests, which saves like the server of task 13: followed.ts TYPE COUNT creates so many jobs, says how many
// were saved and how many refused, and then, whenever it changes, how many are followed.
import events from 'kue/lib/queue/events';
import { createQueue } from '../../src/lib/createQueue';
import { failFastRedis } from '../../src/lib/failFast';

const [type = '', count] = process.argv.slice(2);
const failFast = failFastRedis();
const queue = createQueue({ failFast });

async function createAll(): Promise<void> {
  const saved = await Promise.all(
    Array.from({ length: Number(count) }, async () => {
      const job = queue.create(type, {}).on('complete', () => console.log(`completed ${job.id}`));
      return new Promise<boolean>((resolve) => job.save((error?: Error) => resolve(!error)));
    }),
  );
  console.log(`saved ${saved.filter(Boolean).length}, refused ${saved.filter((isSaved) => !isSaved).length}`);

  let followed = -1;
  setInterval(() => {
    const { length } = Object.keys(events.jobs);
    if (length !== followed) console.log(`follows ${length}`);
    followed = length;
  }, 50);
}

failFast.client.once('ready', createAll);
