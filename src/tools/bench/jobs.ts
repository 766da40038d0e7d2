// Rows 6 to 9: jobs created, and done by one processor, over bare Kue and over BullMQ.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { startRedis } from '../sessions/redisServer';
import { Script } from '../sessions/script';
import { install } from './install';
import { alternate, printRow } from './rounds';

const WARM_UP = 2_000;
const COUNT = 10_000;
const POLL_MS = 5;

/** Measures rows 6 to 9. */
export async function jobs(): Promise<void> {
  const bullmq = await install('bullmq');

  /** Has jobs created, then done, on a Redis of their own. The sorted set `completed` holds those that are done. */
  const side = (creator: string, processor: string, completed: string) => async () => {
    const redis = await startRedis();
    const client = createClient(redis.url);
    const run = (command: string) => new Script(['sh', '-c', command], { REDIS_URL: redis.url });
    const creating = run(`${creator} ${WARM_UP} ${COUNT}`);
    if ((await creating.exit()) !== 0) throw new Error(`${creator} failed: ${creating.lines.join('\n')}`);

    const countOf = promisify<string, number>(client.zcard).bind(client);
    const processing = run(`${processor} > /dev/null`);
    const done = async (goal: number) => {
      while ((await countOf(completed)) < goal) {
        if (processing.ended) throw new Error(`${processor} failed: ${processing.lines.join('\n')}`);
        await sleep(POLL_MS);
      }
      return performance.now();
    };
    const start = await done(WARM_UP);
    const ms = (await done(WARM_UP + COUNT)) - start;
    client.end(false);
    await processing.stop('SIGKILL');
    await redis.stop();
    const created = (1000 * COUNT) / Number(creating.lines.at(-1));
    return { created, 'done by one processor': (1000 * COUNT) / ms };
  };

  const [ours = [], kue = [], theirs = []] = await alternate(
    9,
    side('ts-node src/tools/bench/creator.ts project', 'ts-node src/7-job_processor.ts', 'q:jobs:complete'),
    side('ts-node src/tools/bench/creator.ts kue', 'ts-node src/tools/bench/processor.ts', 'q:jobs:complete'),
    side(`node ${bullmq}/creator.js`, `node ${bullmq}/processor.js`, 'bull:push_notification_code_2:completed'),
  );
  for (const what of ['created', 'done by one processor'] as const) {
    const here = [`${COUNT.toLocaleString('en')} jobs ${what}`, ours.map((round) => round[what])] as const;
    printRow(here, ['bare Kue', kue.map((round) => round[what])], '/s', 0.95);
    printRow(here, ['BullMQ', theirs.map((round) => round[what])], '/s', 1);
  }
}
