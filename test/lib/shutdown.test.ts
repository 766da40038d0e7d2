// How a processor ends when it is told to: its jobs are done or requeued, without a line, with or without Redis.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { notifications, privateJobs, SOAK, sent } from '../support/jobs';
import { OUTAGES } from '../support/outages';
import { startServer } from '../support/server';

const OF_THE_OUTAGE = /^Redis client (not )?connected/;

describe('processors that are told to end', function () {
  this.timeout(SOAK ? 120_000 : 40_000);
  const { redis, count, create, startProcessor, untilEnded, expectNothingLeft, expectConsistent } = privateJobs();

  for (const signal of SOAK ? (['SIGTERM', 'SIGINT', 'SIGUSR2'] as const) : (['SIGTERM'] as const)) {
    const jobs = SOAK ? 400 : 100;
    it(`leaves nothing active when the processor of ${jobs} jobs is interrupted by ${signal}, and sends each once`, async () => {
      await create('push_notification_code_2', notifications(jobs));
      const first = Script.task('7-job_processor.ts', redis().url);
      await first.waitForLine(/Sending/, jobs / 4);
      expect(await first.stop(signal)).to.equal(0);
      expect(await count('push_notification_code_2', 'active')).to.equal(0);
      expect(await count('push_notification_code_2', 'inactive')).to.be.above(0);
      await expectConsistent();

      const second = Script.task('7-job_processor.ts', redis().url);
      await untilEnded('push_notification_code_2', jobs);
      expect(await count('push_notification_code_2', 'complete')).to.equal(jobs);
      await expectNothingLeft('push_notification_code_2');
      await second.waitForLine(/^Sending/, jobs - sent([first]).length);
      expect(new Set(sent([first, second])).size).to.equal(jobs);
      expect(sent([first, second])).to.have.length(jobs);
    });
  }

  it('requeues a job that takes too long, at which its stalls do not count', async () => {
    await create('test', ['hold', 'hold', 'quick']);
    const slow = startProcessor();
    await slow.waitForLine(/^began/, 2);
    const start = performance.now();
    slow.process.kill('SIGINT');
    expect(await slow.stop('SIGTERM'), 'told twice, as by nodemon').to.equal(0);
    expect(performance.now() - start).to.be.below(5000);
    expect(await count('test', 'active')).to.equal(0);
    expect(await count('test', 'inactive')).to.equal(3);
    expect(await count('test', 'failed')).to.equal(0);
    expect(await redis().ask('hget', 'q:job:1', 'stalls')).to.equal('0');
    await expectConsistent();

    const next = startProcessor();
    await next.waitForLine(/^began [12]$/, 2);
  });

  it('requeues more than a thousand jobs', async () => {
    const jobs = 1050;
    await create('test', Array(jobs).fill('hold'));
    const processor = startProcessor({ CONCURRENCY: `${jobs}` });
    await processor.waitForLine(/^began/, jobs);
    expect(await processor.stop('SIGTERM')).to.equal(0);
    expect(await count('test', 'inactive')).to.equal(jobs);
  });

  it('takes no marker while it finishes its jobs: another program may wait for it', async () => {
    await create('test', [{ wait: 1500 }]);
    const processor = startProcessor();
    await processor.waitForLine('began 1');
    const untilBlocked = async (clients: number) => {
      while (!String(await redis().ask('info', 'clients')).includes(`blocked_clients:${clients}\r`)) await sleep(10);
    };
    await untilBlocked(1); // the other worker waits for a marker
    processor.signal('SIGTERM');
    await untilBlocked(0);
    await redis().ask('lpush', 'q:test:jobs', 1);
    expect(processor.ended).to.equal(false);
    expect(await processor.exit()).to.equal(0);
    expect(await redis().ask('llen', 'q:test:jobs')).to.equal(1);
  });

  it('requeues the jobs of all types of a process', async () => {
    const types = ['test', 'test2', 'test3'];
    for (const type of types) await create(type, ['hold']);
    const processor = Script.file('test/support/processor.ts', redis().url, { TYPES: types.join() });
    await processor.waitForLine(/^began/, 3);
    const start = performance.now();
    expect(await processor.stop('SIGTERM')).to.equal(0);
    expect(performance.now() - start).to.be.below(5000);
    for (const type of types) expect(await count(type, 'inactive'), type).to.equal(1);
  });

  for (const types of ['test', 'test,test']) {
    it(`finishes a job that takes less than 3 s where the process asks for ${types}`, async () => {
      await create('test', [{ wait: 1500 }]);
      const processor = startProcessor({ TYPES: types });
      await processor.waitForLine('began 1');
      expect(await processor.stop('SIGINT')).to.equal(0);
      expect(await count('test', 'complete')).to.equal(1);
      await expectNothingLeft('test');
    });
  }

  it('stops the workers of one type where queue.shutdown names it, and no others', async () => {
    const processor = startProcessor({ TYPES: 'test,other' });
    await create('test', ['shut down other']);
    await processor.waitForLine('other is shut down');
    await create('other', ['quick']);
    await create('test', ['quick']);
    await processor.waitForLine('began 3');
    expect(await count('other', 'inactive')).to.equal(1);
    for (let time = 1; time <= 2; time++) {
      await redis().ask('client', 'kill', 'type', 'normal');
      await processor.waitForLine('Redis client connected to the server', time);
    }
  });

  it('runs no job again that has gone back to the queue', async () => {
    const processor = startProcessor({ TYPES: 'test,other' });
    await create('other', [{ reply: 'OOM' }]);
    await processor.waitForLine('began 1');
    await create('test', ['shut down other']);
    await processor.waitForLine('other is shut down');
    const before = processor.lines.filter((line) => line === 'began 1');
    const later = await create('test', [{ wait: 2500 }]);
    await later.waitForLine(/^completed/);
    expect(processor.lines.filter((line) => line === 'began 1')).to.have.length(before.length);
    expect(await count('other', 'inactive')).to.equal(1);
  });

  for (const { outage, isNoticed, begin } of OUTAGES) {
    it(`ends within 5 s and without a line, idle or with a job, while Redis is ${outage.split(' ')[0]}`, async () => {
      await create('test', ['hold', 'hold', 'hold', 'hold']);
      const processors: Script[] = [];
      for (const began of [2, 2, 0, 0]) {
        const processor = startProcessor();
        await processor.waitForLine(/^began/, began);
        processors.push(processor);
      }
      while (Number(await redis().ask('zcard', 'q:test:heartbeats')) < 4); // the idle ones are there, too
      const server = await startServer('100-seat.ts', redis().url);
      await server.get('/process');
      const scripts = [...processors, server.script];
      await begin(redis());
      if (isNoticed) for (const script of scripts) await script.waitForLine(/^Redis client not connected/);
      const before = scripts.map(({ lines }) => [...lines]);

      const start = performance.now();
      const exits = await Promise.all(scripts.map((script, n) => script.stop(n % 2 ? 'SIGINT' : 'SIGTERM')));
      expect(performance.now() - start).to.be.below(5000);
      expect(exits).to.deep.equal(scripts.map(() => 0));
      for (const [n, { lines }] of scripts.entries()) {
        expect(lines.slice(before[n]?.length).filter((line) => !OF_THE_OUTAGE.test(line))).to.deep.equal([]);
      }
    });
  }
});
