// What a script has of Kue's queue beside what the tasks use.
import { expect } from 'chai';
import { useJobs } from '../../support/useJobs';

describe('lib/queue/createQueue', () => {
  const { redis, count, create, startCreator, startProcessor, expectEnded } = useJobs();

  for (const [what, env] of [
    ['a function with a context, as Kue documents it', { PARAMETERS: '3' }],
    ['no whole number of jobs at a time', { CONCURRENCY: '1.5' }],
  ] as const) {
    it(`says in one line what queue.process takes when it is given ${what}, exit 1`, async () => {
      const processor = startProcessor(env);
      expect(await processor.exit()).to.equal(1);
      expect(processor.lines).to.have.length(1);
      expect(processor.lines[0]).to.match(/^queue\.process takes .*\(job, done\)/);
    });
  }

  it("refuses at once what can't be saved after Kue's test mode was left, as before", async () => {
    redis().hang();
    const creator = startCreator('test', ['quick'], {}, { FAIL_FAST: '1', TEST_MODE: '1' });
    await creator.waitForLine(/^not created/);
    redis().goOn();
    await creator.waitForLine(/^created/);
    expect(await count('inactive')).to.equal(1);
  });

  it('tries a job again as often as its attempts say, later as its backoff says, and emits an event for each', async () => {
    const creator = await create(['fail'], { attempts: 3, backoff: { type: 'fixed', delay: 300 } });
    const start = performance.now();
    startProcessor();
    await creator.waitForLine('failed 1 "no answer"');
    expect(performance.now() - start).to.be.above(600);
    expect(creator.lines.slice(1)).to.deep.equal([
      'failed attempt 1 "no answer" 1',
      'failed attempt 1 "no answer" 2',
      'failed 1 "no answer"',
    ]);
    await expectEnded(0, 1);
  });
});
