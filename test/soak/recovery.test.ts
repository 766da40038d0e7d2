// Processors are killed, and what becomes of their jobs. A processor counts as stalled after about six seconds without a sign.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { linesOf, useJobs } from '../support/useJobs';

describe('the jobs of killed processors', () => {
  const { redis, count, create, write, startProcessor, expectEnded } = useJobs();

  it('all end when processors are killed twenty times', async () => {
    const creator = await create(Array(300).fill({ wait: 3 }));
    for (let kill = 1; kill <= 20; kill++) {
      const processor = startProcessor();
      await processor.waitForLine(/^began/, (await count('inactive')) > 12 ? 1 + Math.floor(Math.random() * 10) : 0);
      await sleep(Math.random() * 6);
      await processor.stop('SIGKILL');
    }
    const last = startProcessor();
    await creator.waitForLine(/^(complete|failed)/, 300);
    const others = linesOf([creator, last], /^(?!created|complete|began)/);
    expect(others.filter((line) => !/^failed \d+ "Job stalled/.test(line))).to.deep.equal([]); // by bad luck, three times
    await expectEnded(300 - others.length, others.length);
  });

  it('are done by another, which takes no job from a processor that lives', async () => {
    const living = startProcessor();
    await create(['hold', 'hold']);
    await living.waitForLine(/^began/, 2);
    const dying = startProcessor();
    await create(['hold', 'hold', 'hold']);
    await dying.waitForLine(/^began/, 2);
    await dying.stop('SIGKILL');
    const next = startProcessor({ CONCURRENCY: '9' });
    await next.waitForLine(/^began/, 3);
    await sleep(5000);
    expect(next.lines.sort()).to.deep.equal(['began 3', 'began 4', 'began 5']);
  });

  it('fail when they have stalled for the third time, and keep no other from being done', async () => {
    const processors = [1, 2, 3, 4, 5].map(() => startProcessor({ CONCURRENCY: '1' }));
    const creator = await create(['die']);
    await creator.waitForLine(/^failed 1 ".*stalled/);
    expect(processors.filter(({ ended }) => ended)).to.have.length(3);
    await (await create(['quick'])).waitForLine('complete 2');
    await expectEnded(1, 1);
  });

  it("are found by a check that costs the same however many jobs there are, and takes none of other programs' jobs", async () => {
    const other = startProcessor({ PLAIN: '1' });
    await write(['hold', 'hold']);
    await other.waitForLine(/^began/, 2);
    const ours = startProcessor();
    /** The mean time in µs, by Redis's clock, of all scripts in nine seconds, in which it checks for stalled processors. */
    const measure = async () => {
      await redis().send('config', 'resetstat');
      await sleep(9000);
      return Number(
        /cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(String(await redis().send('info', 'commandstats')))?.[1],
      );
    };
    const few = await measure();
    for (const state of ['active', 'complete', 'failed']) await write(['hold'], 'test', state, 40_000);
    expect(await measure()).to.be.below(20 * few); // a look at each job would take thousands of times as long
    expect(ours.lines).to.deep.equal([]);
    expect(await count('active')).to.equal(40_002);
  });
});
