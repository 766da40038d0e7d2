// Workers share the jobs of a type, and lose none when Redis comes and goes.
import { expect } from 'chai';
import { until } from '../../support/until';
import { linesOf, useJobs } from '../../support/useJobs';

const ids = (length: number) => Array.from({ length }, (_, n) => n + 1);

describe('lib/queue/worker', () => {
  const { redis, count, write, startCreator, startProcessor, expectEnded } = useJobs();

  it('begins each job once when three processors share them', async () => {
    const processors = [1, 2, 3].map(() => startProcessor());
    const creator = startCreator('test', Array(300).fill('quick'));
    await creator.waitForLine(/^complete/, 300);
    await expectEnded(300);
    for (const processor of processors) expect(await processor.stop('SIGTERM')).to.equal(0);
    expect(linesOf(processors, /^began/)).to.deep.equal(
      ids(300)
        .map((id) => `began ${id}`)
        .sort(),
    );
  });

  it('does a job whose marker was taken by a processor that died of it', async () => {
    const untilBlocked = (clients: number) =>
      until(async () => String(await redis().send('info', 'clients')).includes(`blocked_clients:${clients}\r`));
    const taken = redis().send('blpop', 'q:test:jobs', 0); // Redis serves first who waits first
    await untilBlocked(1);
    const processor = startProcessor({ CONCURRENCY: '1' });
    await untilBlocked(2);
    await write(['quick']);
    await taken;
    await processor.waitForLine('began 1');
  });

  for (const [what, begin, end] of [
    ['is killed and started again', () => redis().kill(), () => redis().start()],
    ['hangs for a second', async () => redis().hang(), async () => redis().goOn()],
  ] as const) {
    it(`loses no job that was created, and its creator hears of each end, when Redis ${what}`, async () => {
      const jobs = 400;
      const creator = startCreator('test', Array(jobs).fill({ wait: 5 }), {}, { PAUSE: '100' });
      const processor = startProcessor({ CONCURRENCY: '5' });
      for (const state of ['created', 'complete']) {
        await creator.waitForLine(new RegExp(`^${state}`), jobs / 4);
        await begin();
        if (what.startsWith('hangs')) await new Promise((resolve) => setTimeout(resolve, 1000));
        await end();
      }
      await creator.waitForLine(/^complete/, jobs);
      await expectEnded(jobs);
      expect(new Set(linesOf([creator], /^complete/)).size).to.equal(jobs);
      expect(linesOf([creator, processor], /^(?!created|complete|began|Redis client)/)).to.deep.equal([]);
      expect(await count('failed')).to.equal(0);
    });
  }
});
