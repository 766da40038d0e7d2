import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/script';
import { notifications, privateJobs, SOAK, sent } from '../support/jobs';

describe('processors that are told to end, and several of them', function () {
  this.timeout(SOAK ? 120_000 : 40_000);
  const { redis, count, create, untilEnded, expectNothingLeft } = privateJobs();

  for (const signal of SOAK ? (['SIGTERM', 'SIGINT', 'SIGUSR2'] as const) : (['SIGTERM'] as const)) {
    const jobs = SOAK ? 400 : 100;
    it(`leaves nothing active when the processor of ${jobs} jobs is interrupted by ${signal}, and sends each once`, async () => {
      await create('push_notification_code_2', notifications(jobs));
      const first = Script.task('7-job_processor.ts', redis().url);
      await first.waitForLine(/Sending/, jobs / 4);
      expect(await first.stop(signal)).to.equal(0);
      expect(await count('push_notification_code_2', 'active')).to.equal(0);
      expect(await count('push_notification_code_2', 'inactive')).to.be.above(0);

      const second = Script.task('7-job_processor.ts', redis().url);
      await untilEnded('push_notification_code_2', jobs);
      expect(await count('push_notification_code_2', 'complete')).to.equal(jobs);
      await expectNothingLeft('push_notification_code_2');
      expect(new Set(sent([first, second])).size).to.equal(jobs);
      expect(sent([first, second])).to.have.length(jobs);
    });
  }

  it('puts a job that takes too long back when its processor is told to end', async () => {
    await create('test', ['hold', 'hold', 'quick']);
    const slow = Script.file('test/support/processor.ts', redis().url);
    await slow.waitForLine(/^began/, 2);
    const start = performance.now();
    slow.process.kill('SIGINT');
    expect(await slow.stop('SIGTERM'), 'told twice, as by nodemon').to.equal(0);
    expect(performance.now() - start).to.be.below(5000);
    expect(await count('test', 'active')).to.equal(0);
    expect(await count('test', 'inactive')).to.equal(3);
    expect(await count('test', 'failed')).to.equal(0);

    const next = Script.file('test/support/processor.ts', redis().url);
    await next.waitForLine(/^began [12]$/, 2);
  });

  it('sends each job once when three processors share them', async () => {
    const jobs = SOAK ? 600 : 150;
    const processors = [1, 2, 3].map(() => Script.task('7-job_processor.ts', redis().url));
    await create('push_notification_code_2', notifications(jobs));
    await untilEnded('push_notification_code_2', jobs);
    for (const processor of processors) expect(await processor.stop('SIGTERM')).to.equal(0);
    expect(new Set(sent(processors)).size).to.equal(jobs);
    expect(sent(processors)).to.have.length(jobs);
  });

  it('takes no job away from a processor that lives, while it takes those of one that died', async () => {
    const living = Script.file('test/support/processor.ts', redis().url);
    await create('test', ['hold']);
    await living.waitForLine('began 1');
    const dying = Script.file('test/support/processor.ts', redis().url);
    await create('test', ['hold', 'hold', 'hold']);
    await living.waitForLine(/^began/, 2);
    await dying.waitForLine(/^began/, 2);
    await dying.stop('SIGKILL');

    const other = Script.file('test/support/processor.ts', redis().url);
    if (SOAK) await sleep(30_000);
    await other.waitForLine(/^began/, 2);
    expect(other.lines.sort()).to.deep.equal(dying.lines.sort());
    expect(living.lines).to.have.length(2);
  });
});
