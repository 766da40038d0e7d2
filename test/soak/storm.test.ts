// Redis is killed again and again while thousands of jobs are created and done.
import { expect } from 'chai';
import { until } from '../support/until';
import { linesOf, useJobs } from '../support/useJobs';

const JOBS = 8000;
const KILLS = 12;

describe('a Redis that is killed again and again', () => {
  const { redis, count, startCreator, startProcessor, expectEnded } = useJobs();

  it(`loses none of ${JOBS} jobs: each is created once and done, and its creator hears of its end`, async () => {
    const creator = startCreator('test', Array(JOBS).fill('quick'), {}, { PAUSE: '25' });

    for (let kill = 1; kill <= KILLS; kill++) {
      const jobs = Number(await redis().send('zcard', 'q:jobs'));
      // While it sends all that has waited for this Redis.
      await until(async () => Number(await redis().send('zcard', 'q:jobs')) > jobs);
      await redis().kill();
      await redis().start();
    }
    await creator.waitForLine(/^created/, JOBS);

    for (let n = 1; n <= 2; n++) startProcessor({ CONCURRENCY: '50' });
    for (let kill = 1; kill <= KILLS; kill++) {
      await until(async () => (await count('complete')) >= (kill * JOBS) / (KILLS + 1));
      await redis().kill();
      await redis().start();
    }
    await creator.waitForLine(/^complete/, JOBS);
    await expectEnded(JOBS);
    for (const line of [/^created/, /^complete/]) expect(new Set(linesOf([creator], line)).size).to.equal(JOBS);
    expect(linesOf([creator], /^(not created|failed)/)).to.deep.equal([]);
  });
});
