// How a processor ends when it is told to: its jobs are done or go back to the queue, without a line, with or without Redis.
import { expect } from 'chai';
import { linesOf, useJobs } from '../../support/useJobs';

describe('lib/redis/shutdown', () => {
  const { redis, count, write, startProcessor, expectEnded } = useJobs();

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) {
    it(`finishes the jobs that run at ${signal}, begins no other, and exits with 0`, async () => {
      await write([{ wait: 700 }, { wait: 700 }, 'quick', 'quick']);
      const processor = startProcessor();
      await processor.waitForLine(/^began/, 2);
      processor.process.kill(signal); // told twice, as by a terminal and nodemon
      expect(await processor.stop(signal)).to.equal(0);
      expect(await count('complete')).to.equal(2);
      expect(await count('inactive')).to.equal(2);
      expect(processor.lines).to.have.length(2);
    });
  }

  it('gives jobs that take too long back to the queue, those of all types of the process', async () => {
    await write(['hold', { wait: 500 }]);
    await write(['hold'], 'other');
    const processor = startProcessor({ TYPES: 'test,other' });
    await processor.waitForLine(/^began/, 3);
    expect(await processor.stop('SIGTERM')).to.equal(0);
    const counts = [await count('complete'), await count('active'), await count('inactive')];
    expect(counts).to.deep.equal([1, 0, 2]);
    await startProcessor().waitForLine('began 1');
  });

  it("leaves the end of the process to its own listener, with that one's exit code", async () => {
    const processor = startProcessor({ ON_SIGTERM: 'exit 3' });
    await write(['quick']);
    await processor.waitForLine('began 1');
    expect(await processor.stop('SIGTERM')).to.equal(3);
  });

  it("calls back to Kue's queue.shutdown once the jobs that run are finished", async () => {
    const processor = startProcessor({ ON_SIGTERM: 'shutdown' });
    await write([{ wait: 700 }]);
    await processor.waitForLine('began 1');
    expect(await processor.stop('SIGTERM')).to.equal(4);
    expect(processor.lines).to.deep.equal(['began 1', 'shut down']);
    await expectEnded(1);
  });

  for (const [what, begin, isNoticed] of [
    ['is killed', () => redis().kill(), true],
    ['hangs', async () => redis().hang(), false],
  ] as const) {
    it(`exits with 0 and without a line, idle or with a job, while Redis ${what}`, async () => {
      const busy = startProcessor();
      await write(['hold', 'hold']);
      await busy.waitForLine(/^began/, 2);
      const idle = startProcessor({ TYPES: 'other,test' });
      await write(['quick']);
      await idle.waitForLine('began 3');
      await begin();
      if (isNoticed) for (const script of [busy, idle]) await script.waitForLine(/not connected/);
      expect(await Promise.all([busy.stop('SIGTERM'), idle.stop('SIGINT')])).to.deep.equal([0, 0]);
      expect(linesOf([busy, idle], /^(?!began)/)).to.have.length(isNoticed ? 2 : 0);
    });
  }
});
