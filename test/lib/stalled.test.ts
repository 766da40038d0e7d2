// A job that a processor has not done in time is another's: what its processor does with it afterwards counts for nothing, and
// a job of which processors die is given to no more than three.
import { expect } from 'chai';
import { readLua } from '../../src/lib/luaScript';
import { privateJobs, SOAK } from '../support/jobs';

describe('jobs that stall', function () {
  this.timeout(SOAK ? 120_000 : 40_000);
  const { redis, create, startProcessor, skipChecks, untilEnded, expectNothingLeft, expectConsistent } = privateJobs();

  for (const [when, ended] of [
    ['another is doing', 0],
    ['another has done', 1],
  ] as const) {
    for (const how of SOAK ? (['completes', 'fails'] as const) : (['fails'] as const)) {
      it(`changes nothing when a processor that stood still ${how} the job that ${when}`, async () => {
        const creator = await create('test', [{ wait: 2000 }], { attempts: 2 });
        const late = startProcessor({ FAIL: how === 'fails' ? '1' : '' });
        await late.waitForLine('began 1');
        late.signal('SIGSTOP');
        if (!SOAK) await skipChecks();
        const next = startProcessor();
        await next.waitForLine('began 1');
        await untilEnded('test', ended);
        late.signal('SIGCONT');
        expect(await late.stop('SIGTERM')).to.equal(0); // it ends its job before it ends
        await expectConsistent();
        await creator.waitForLine('completed 1');
        expect(creator.lines).to.deep.equal(['created 1', 'completed 1']);
        expect(await redis().ask('hget', 'q:job:1', 'attempts')).to.equal('1');
        expect([...late.lines, ...next.lines]).to.deep.equal(['began 1', 'began 1']);
        await expectNothingLeft('test');
      });
    }
  }

  describe('where what a worker sent arrives late, or twice', () => {
    const claims = 'q:test:claims:p';
    const run = (name: string, keys: readonly string[], ...args: readonly (string | number)[]) =>
      redis().ask('eval', readLua(name), keys.length, ...keys, 'test', 7, ...args);
    const claim = async (number: number, isEnding = 0) => {
      const keys = [claims, 'q:test:jobs', 'q:test:heartbeats'];
      const reply = await run('claim', keys, 'p', 'worker', number, 0, isEnding, 3);
      return typeof reply === 'string' ? JSON.parse(reply)[0] : reply;
    };
    const fail = (number: number, zid: string) =>
      run('end', [claims, 'q:test:jobs'], 'worker', number, zid, '', 'message', 'stack', 0);

    it('ends an attempt once, although the next began in the same ms', async () => {
      await create('test', ['hold'], { attempts: 3 });
      await claim(1);
      expect(await fail(1, '01|1')).to.equal(1);
      await claim(2);
      expect(await fail(1, '01|1')).to.equal(0);
      expect(await redis().ask('hget', 'q:job:1', 'attempts')).to.equal('1');
      expect(await redis().ask('hget', claims, 'worker')).to.equal('01|1');
    });

    it('claims no job for a question that nobody waits for any more, or gives it to the next', async () => {
      await create('test', ['hold', 'hold', 'hold', 'hold']);
      expect(await claim(1)).to.equal('1');
      expect(await claim(1)).to.equal('1');
      expect(await claim(2, 1)).to.equal(0); // the end of the first was refused
      await fail(1, '01|1');
      expect(await claim(2, 1)).to.equal('2');
      expect(await claim(1)).to.equal(null);
      await fail(2, '01|2');
      expect(await claim(1)).to.equal('3');
      expect(await claim(3, 1)).to.equal(0);
      expect(await claim(3)).to.equal('3');
      expect(await fail(1, '01|3')).to.equal(0);
      expect(await fail(3, '01|3')).to.equal(1);
      expect(await redis().ask('zcard', 'q:jobs:active')).to.equal(0);
    });
  });

  for (const field of ['data', 'progress_data']) {
    it(`fails a job whose ${field} kills its processors while they read it, and does the others`, async () => {
      const creator = await create('test', ['hold', 'quick']);
      const tooMuch = `[${'[],'.repeat(3e6)}[]]`;
      await redis().ask('hset', 'q:job:1', field, tooMuch, 'stalls', 3);
      startProcessor({ NODE_OPTIONS: '--max-old-space-size=110' });
      await creator.waitForLine('completed 2');
      await creator.waitForLine('failed 1: Job stalled more than 3 times');
    });
  }

  it('fails a job after its processor has died of it three times', async () => {
    const creator = await create('test', ['die']);
    if (!SOAK) await redis().ask('hset', 'q:job:1', 'stalls', 2); // as if it had twice
    const processors = Array.from({ length: SOAK ? 4 : 2 }, () => startProcessor());
    await creator.waitForLine('failed 1: Job stalled more than 3 times');
    expect(processors.filter(({ ended }) => !ended)).to.have.length(1);
    expect(await redis().ask('hget', 'q:job:1', 'attempts')).to.equal('1');
    const another = await create('test', ['quick']);
    await another.waitForLine('completed 2');
    await expectNothingLeft('test');
  });
});
