import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/script';
import { notifications, privateJobs, SOAK } from '../support/jobs';

const [JOBS, KILLS, SEEDS] = SOAK ? [300, 20, [1, 2, 3, 4, 5]] : [60, 4, [Date.now() % 1e6]];

/** Numbers from 0 to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807 + 11) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('processors that are killed', function () {
  this.timeout(SOAK ? 120_000 : 40_000);
  const { redis, count, create, untilEnded, expectNothingLeft } = privateJobs();

  for (const seed of SEEDS) {
    it(`ends all of ${JOBS} jobs when processors are killed ${KILLS} times (seed ${seed})`, async () => {
      const random = randomFrom(seed);
      await create('push_notification_code_2', notifications(JOBS));
      for (let kill = 1; kill <= KILLS; kill++) {
        const processor = Script.task('7-job_processor.ts', redis().url);
        const left = (await count('push_notification_code_2', 'inactive')) > 5;
        if (left) await processor.waitForLine(/Sending/, 1 + Math.floor(random() * 5));
        else await sleep(500 + random() * 500);
        await sleep(random() * 3);
        await processor.stop('SIGKILL');
      }
      const last = Script.task('7-job_processor.ts', redis().url);
      await untilEnded('push_notification_code_2', JOBS);
      await expectNothingLeft('push_notification_code_2');
      expect(last.lines.filter((line) => !/^Sending/.test(line))).to.deep.equal([]);
    });
  }

  it('puts back what was popped and never begun, and wakes a worker whose token is lost', async () => {
    await create('push_notification_code', notifications(3));
    await redis().ask('zremrangebyrank', 'q:jobs:push_notification_code:inactive', 0, 0);
    await redis().ask('del', 'q:push_notification_code:jobs');
    const processor = Script.task('6-job_processor.ts', redis().url);
    await processor.waitForLine(/^Sending/, 3);
    await untilEnded('push_notification_code', 3);
    await expectNothingLeft('push_notification_code');
  });
});
