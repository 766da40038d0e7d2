// Whatever a job holds, and however its function fails, its worker goes on.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { notifications, privateJobs } from '../support/jobs';

describe('jobs with wrong data, and functions that fail', function () {
  this.timeout(40_000);
  const { redis, create, startProcessor, untilEnded, untilJob, expectNothingLeft } = privateJobs();

  it('fails a job whose function throws or rejects, and goes on; done twice does no harm', async () => {
    const list = ['throw', 'reject', 'twice', 'twice', 'quick', 'throw', 'quick', 'quick'];
    const creator = await create('test', list);
    startProcessor();
    await untilEnded('test', list.length);
    await creator.waitForLine(/^(completed|failed)/, list.length);
    expect(creator.lines.filter((line) => !line.startsWith('created')).sort()).to.deep.equal([
      'completed 3',
      'completed 4',
      'completed 5',
      'completed 7',
      'completed 8',
      'failed 1: thrown',
      'failed 2: The job function rejected with undefined',
      'failed 6: thrown',
    ]);
    await expectNothingLeft('test');
  });

  it('prints what a job function throws, and nothing of a job that is failed on purpose', async () => {
    await create('test', ['throw', 'fail', 'reject', 'quick']);
    const processor = startProcessor();
    await untilEnded('test', 4);
    await processor.waitForLine(/^began/, 4);
    await processor.waitForLine(/^Job/, 2);
    expect(processor.lines.filter((line) => !line.startsWith('began')).sort()).to.deep.equal([
      'Job 1 failed: Error: thrown',
      'Job 3 failed: undefined',
    ]);
  });

  it('fails a job whose client was closed, or is told what only looks like a Redis that is away', async () => {
    const list = ['closed', { reply: 'EXPIRED coupon' }, { reply: 'ERR the disk is OOM' }, 'quick'];
    const creator = await create('test', list);
    startProcessor();
    await creator.waitForLine(/^(completed|failed)/, list.length);
    expect(creator.lines.filter((line) => line.startsWith('failed')).sort()).to.deep.equal([
      "failed 1: PING can't be processed. The connection is already closed.",
      'failed 2: EXPIRED coupon',
      'failed 3: ERR the disk is OOM',
    ]);
  });

  for (const reply of [
    'OOM command not allowed',
    'ERR Error running script (call to f_1): @user_script:1: -OOM full',
  ]) {
    it(`runs a job again each second, and says so once, when its function rejects with ${reply}`, async () => {
      await create('test', [{ reply }]);
      const processor = startProcessor();
      const start = performance.now();
      await processor.waitForLine('began 1', 4);
      expect(performance.now() - start).to.be.above(3000);
      expect(processor.lines.filter((line) => line !== 'began 1')).to.deep.equal([
        `Job 1 is run again: ReplyError: ${reply}`,
      ]);
    });
  }

  it('completes a job whose function throws after it has ended it, and prints what', async () => {
    const creator = await create('test', ['ended']);
    const processor = startProcessor();
    await processor.waitForLine('Job 1 has ended, and went on: Error: late');
    await creator.waitForLine('completed 1');
  });

  for (const [task, type] of [
    ['6-job_processor.ts', 'push_notification_code'],
    ['7-job_processor.ts', 'push_notification_code_2'],
  ] as const) {
    it(`fails jobs of ${task} whose data is wrong with a clear message, in its terminal too, and goes on`, async () => {
      const [good] = notifications(1);
      const list = ['null', '"text"', '[]', '{"phoneNumber":"1"}', '{"phoneNumber":1,"message":"hello"}', '17'];
      const creator = await create(type, [...list.map(() => good), good, good]);
      for (const [n, data] of list.entries()) await redis().ask('hset', `q:job:${n + 1}`, 'data', data);
      await redis().ask('hset', `q:job:${list.length + 1}`, 'data', '{broken');
      const processor = Script.task(task, redis().url);
      await creator.waitForLine(/^(completed|failed)/, list.length + 2);
      const wrong = 'Job data must be { phoneNumber: string, message: string }, not';
      expect(creator.lines.filter((line) => !line.startsWith('created')).sort()).to.deep.equal([
        `completed ${list.length + 2}`,
        ...list.map((data, n) => `failed ${n + 1}: ${wrong} ${data}`),
        `failed ${list.length + 1}: Job data is not JSON`,
      ]);
      await processor.waitForLine(/^Sending/);
      const place = new RegExp(`^Job \\d failed: Error: ${wrong} .* \\(src/${task}:\\d+:\\d+\\)$`);
      await processor.waitForLine(place, list.length);
      expect(processor.lines).to.have.length(list.length + 1);
      await expectNothingLeft(type);
    });
  }

  it('runs no code that a job holds', async () => {
    const file = join(tmpdir(), `queuing-ran-${process.pid}`);
    const creator = await create('test', ['fail', 'fail'], { attempts: 2 });
    const code = `(require("fs").writeFileSync(${JSON.stringify(file)}, ""), { type: "fixed", delay: 1 })`;
    await redis().ask('hset', 'q:job:1', 'backoff', code);
    await redis().ask('hset', 'q:job:2', 'backoff', `function () { ${code} }`);
    startProcessor();
    await creator.waitForLine(/^failed/, 2);
    expect(existsSync(file)).to.equal(false);
  });

  it('survives whatever the backoff of a job holds that fails', async () => {
    const list = ['{"type":"x"}', '{"type":"constructor"}', '[]', '7', 'null', '{"type":"fixed","delay":{}}'];
    list.push(
      '{"type":"fixed","delay":{"toString":1,"valueOf":1}}',
      '{"type":"exponential","maxDelay":[{"toString":1}]}',
    );
    const creator = await create('test', Array(list.length).fill('fail'), { attempts: 2 });
    for (const [n, backoff] of list.entries()) await redis().ask('hset', `q:job:${n + 1}`, 'backoff', backoff);
    const processor = startProcessor();
    await creator.waitForLine(/^failed \d: failed on purpose$/, list.length);
    await processor.waitForLine(/^began/, 2 * list.length);
    expect(processor.lines).to.have.length(2 * list.length);
    await expectNothingLeft('test');
  });

  it('survives it in a job that takes longer than it may, also when the processor that had it is dead', async () => {
    const creator = await create('test', ['hold', 'hold'], { attempts: 2, ttl: 500 });
    for (const id of [1, 2]) await redis().ask('hset', `q:job:${id}`, 'backoff', '{"type":"x"}');
    const dying = startProcessor();
    await dying.waitForLine(/^began/, 2);
    await dying.stop('SIGKILL');
    const processor = startProcessor();
    await creator.waitForLine(/^failed \d: TTL exceeded/, 2);
    await processor.waitForLine(/^began/, 4);
    expect(processor.lines.sort()).to.deep.equal(['began 1', 'began 1', 'began 2', 'began 2']);
    await untilEnded('test', 2);
  });

  for (const [backoff, waits] of [
    [{ type: 'fixed', delay: 400 }, [400, 400]],
    [{ type: 'exponential', delay: 400 }, [200, 600]],
  ] as const) {
    it(`waits as the backoff ${JSON.stringify(backoff)} says`, async () => {
      const creator = await create('test', ['fail'], { attempts: 3, backoff });
      startProcessor();
      for (const [n, wait] of waits.entries()) {
        await untilJob(1, 'attempts', `${n + 1}`);
        expect(await redis().ask('hget', 'q:job:1', 'delay')).to.equal(`${wait}`);
      }
      await creator.waitForLine('failed 1: failed on purpose');
      const [first = 0, second = 0] = waits;
      const [created, failed] = await Promise.all(
        ['created_at', 'failed_at'].map(async (field) => Number(await redis().ask('hget', 'q:job:1', field))),
      );
      expect(Number(failed) - Number(created)).to.be.at.least(first + second);
    });
  }
});
