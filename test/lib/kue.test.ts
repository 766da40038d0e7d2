// What Kue's documentation says of a job holds with src/lib, too, and beside programs of plain Kue.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { privateJobs, SOAK } from '../support/jobs';

const START = ['start', 'test'];
const COMPLETE = ['complete'];
const FAILED_ATTEMPT = ['failed attempt', 'no answer'];

// As plain Kue does it, which `npm run soak` tries.
const EVENTS = {
  result: [START, ['complete', { sent: 1 }]],
  progress: [START, ['progress', 50, { note: 'half' }], COMPLETE],
  fails: [START, ['failed', 'no answer']],
  attempts: [START, [...FAILED_ATTEMPT, 1], START, [...FAILED_ATTEMPT, 2], START, ['failed', 'no answer']],
  fixed: [['promotion'], START, [...FAILED_ATTEMPT, 1], START, ['failed', 'no answer']],
  delay: [['promotion'], START, COMPLETE],
  ttl: [START, ['failed', 'TTL exceeded']],
  removed: [START, COMPLETE, ['remove']],
};

describe('Kue with what src/lib brings along', function () {
  this.timeout(40_000);
  const { redis, create, startProcessor, untilEnded, expectConsistent, expectNothingLeft } = privateJobs();

  const run = (role: string, kind: string) => Script.file('test/support/kueProgram.ts', redis().url, {}, [role, kind]);

  for (const [creator, processor] of [
    ...(SOAK ? [['plain', 'plain'] as const] : []),
    ['ours', 'ours'],
    ['plain', 'ours'],
    ['ours', 'plain'],
  ] as const) {
    it(`tells all events of jobs with the creator ${creator} and the processor ${processor}`, async () => {
      run('processor', processor);
      const told = run('creator', creator);
      await told.waitForLine(/^\{/);
      expect(JSON.parse(told.lines.at(-1) ?? '')).to.deep.equal(EVENTS);
      await expectNothingLeft('test');
    });
  }

  it('does jobs by their priority, then by their ids', async () => {
    for (const priority of ['low', 'critical', 'normal']) await create('test', ['quick', 'quick'], { priority });
    const processor = startProcessor();
    await processor.waitForLine(/^began/, 6);
    expect(processor.lines).to.deep.equal(['began 3', 'began 4', 'began 5', 'began 6', 'began 1', 'began 2']);
  });

  it('keeps a delayed job until its time has come', async () => {
    const start = Date.now();
    await create('test', ['quick'], { delay: 2000 });
    const processor = startProcessor();
    await processor.waitForLine('began 1');
    expect(Date.now() - start).to.be.at.least(2000);
  });

  it('leaves nothing of a job that is to be removed when it is complete', async () => {
    await create('test', ['quick', 'quick'], { removeOnComplete: true });
    const processor = startProcessor();
    await processor.waitForLine(/^began/, 2);
    while (Number(await redis().ask('exists', 'q:job:1', 'q:job:2')) > 0);
    expect(await redis().ask('zcard', 'q:jobs')).to.equal(0);
    await expectConsistent();
  });

  it('notes the progress that a job reports right before its end, the first one, too', async () => {
    await create('test', ['quick', 'quick', 'progress']);
    startProcessor();
    await untilEnded('test', 3);
    expect(await redis().ask('hget', 'q:job:3', 'progress_data')).to.equal('{"note":"half"}');
  });

  it('goes on with other jobs when the time to live of its jobs is over', async () => {
    const creator = await create('test', ['hold', 'hold', 'quick'], { ttl: 1000 });
    startProcessor();
    await creator.waitForLine(/^(completed|failed)/, 3);
    expect(creator.lines.filter((line) => !line.startsWith('created')).sort()).to.deep.equal([
      'completed 3',
      'failed 1: TTL exceeded',
      'failed 2: TTL exceeded',
    ]);
  });

  it('does not run a job again whose time to live is over, also when what it needs is away', async () => {
    const creator = await create('test', ['away'], { ttl: 2500 });
    const processor = startProcessor();
    await creator.waitForLine('failed 1: TTL exceeded');
    const { length } = processor.lines;
    expect(length).to.be.above(2);
    await sleep(2000); // two tries
    expect(processor.lines.length).to.be.at.most(length + 1);
  });

  it('keeps a job that reports its progress alive beyond its ttl', async () => {
    const creator = await create('test', [{ wait: 4000, progressEvery: 500 }], { ttl: 1500 });
    startProcessor();
    await creator.waitForLine('completed 1');
    expect(creator.lines).to.deep.equal(['created 1', 'completed 1']);
  });
});
