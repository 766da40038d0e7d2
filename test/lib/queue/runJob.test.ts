// However a job function fails, its worker goes on.
import { expect } from 'chai';
import { linesOf, useJobs } from '../../support/useJobs';

describe('lib/queue/runJob', () => {
  const { create, write, startProcessor, expectEnded } = useJobs();

  it('fails a job whose function throws, rejects or is done with an error, prints a line for a mistake, and goes on', async () => {
    const list = ['throw', 'reject', 'fail', 'unreadable', 'twice', 'late', 'quick', 'quick'];
    const creator = await create(list);
    const processor = startProcessor();
    await creator.waitForLine(/^(complete|failed)/, list.length);
    await expectEnded(4, 4);
    const ends = linesOf([creator], /^(complete|failed)/);
    expect(ends.slice(0, 7)).to.deep.equal([
      ...[5, 6, 7, 8].map((id) => `complete ${id}`),
      'failed 1 "thrown"',
      'failed 2 "The job function rejected with undefined"',
      'failed 3 "no answer"',
    ]);
    expect(ends[7]).to.match(/^failed 4 ".*can't be read/);
    await processor.waitForLine(/^began/, list.length);
    const others = linesOf([processor], /^(?!began)/);
    expect(others.slice(0, 2)).to.deep.equal(['Job 1 failed: Error: thrown', 'Job 2 failed: undefined']);
    expect(others.slice(2)).to.deep.equal(['Job 6 has ended, and went on: Error: late']);
  });

  it('runs a job again each second, and says so once, when its function rejects as Redis is full', async () => {
    const reply = 'OOM command not allowed';
    await write([{ reply }]);
    const processor = startProcessor();
    await processor.waitForLine('began 1');
    const start = performance.now();
    await processor.waitForLine('began 1', 3);
    expect(performance.now() - start).to.be.above(1900);
    expect(linesOf([processor], /^(?!began)/)).to.deep.equal([`Job 1 is run again: ReplyError: ${reply}`]);
  });
});
