// A creator for the tests: creator.ts TYPE DATA [OPTIONS] creates a job of TYPE with each of the DATA, a JSON array, and prints
// what becomes of them. OPTIONS is a JSON object of Kue's methods, such as {"attempts":3}. Environment: PAUSE, the ms between
// two hundreds; FAIL_FAST=1, it saves like the server of task 13, again and again where it is refused; TEST_MODE=1, it enters and
// leaves Kue's test mode before.
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue } from '../../src/lib/queue/createQueue';
import { failFastRedis } from '../../src/lib/server/failFast';

const [type = '', list = '[]', options = '{}'] = process.argv.slice(2);
const { PAUSE, FAIL_FAST, TEST_MODE } = process.env;
const queue = createQueue(FAIL_FAST ? { failFast: failFastRedis() } : {});
if (TEST_MODE) {
  queue.testMode.enter();
  queue.testMode.exit();
}

function create(data: object): void {
  const job = queue.create(type, data);
  for (const event of ['progress', 'failed attempt', 'failed', 'complete']) {
    // Some of Kue's events have a null, or two, at the end.
    job.on(event, (...args: unknown[]) => {
      const rest = args.filter((argument) => argument !== null).map((value) => JSON.stringify(value));
      console.log([event, job.id, ...rest].join(' '));
    });
  }
  for (const [method, value] of Object.entries(JSON.parse(options))) Reflect.get(job, method).call(job, value);
  const save = () =>
    job.save((error?: Error) => {
      console.log(error ? `not created: ${error}` : `created ${job.id}`);
      if (error && FAIL_FAST) setTimeout(save, 200);
    });
  save();
}

async function createAll(): Promise<void> {
  for (const [n, data] of JSON.parse(list).entries()) {
    create(data);
    if (PAUSE && n % 100 === 99) await sleep(Number(PAUSE));
  }
}

createAll();
