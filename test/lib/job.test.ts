import { expect } from 'chai';
import { Script } from '../../src/tools/script';
import { notifications, privateJobs } from '../support/jobs';

describe('jobs with wrong data, and functions that fail', function () {
  this.timeout(40_000);
  const { redis, create, untilEnded, expectNothingLeft } = privateJobs();

  it('fails a job whose function throws or rejects, and goes on; done twice does no harm', async () => {
    const list = ['throw', 'reject', 'twice', 'twice', 'quick', 'throw', 'quick', 'quick'];
    const creator = await create('test', list);
    const processor = Script.file('test/support/processor.ts', redis().url);
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
    expect(processor.lines.sort()).to.deep.equal(list.map((_, n) => `began ${n + 1}`));
    await expectNothingLeft('test');
  });

  for (const [task, type] of [
    ['6-job_processor.ts', 'push_notification_code'],
    ['7-job_processor.ts', 'push_notification_code_2'],
  ] as const) {
    it(`fails jobs of ${task} whose data is wrong with a clear message, and goes on`, async () => {
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
      expect(processor.lines.filter((line) => line.startsWith('Sending'))).to.have.length(1);
      await expectNothingLeft(type);
    });
  }
});
