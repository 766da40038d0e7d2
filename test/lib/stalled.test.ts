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

  it('ends an attempt once, although its end was sent again and the next began in the same ms', async () => {
    await create('test', ['hold'], { attempts: 3 });
    const now = Date.now();
    const claims = 'q:test:claims:p';
    const claim = (id: string) => run('claim', [claims, 'q:test:jobs', 'q:test:heartbeats'], 'p', id, 0, '', 3);
    const fail = () => run('end', [claims, 'q:test:jobs'], 'first', '01|1', '', 'message', 'stack', 0);
    const run = (name: string, keys: readonly string[], ...args: readonly (string | number)[]) =>
      redis().ask('eval', readLua(name), keys.length, ...keys, 'test', now, ...args);
    await claim('first');
    expect(await fail()).to.equal(1);
    await claim('second');
    expect(await fail()).to.equal(0);
    expect(await redis().ask('hget', 'q:job:1', 'attempts')).to.equal('1');
  });

  it('fails a job whose data kills its processors while they read it, and does the others', async () => {
    const creator = await create('test', ['hold', 'quick']);
    const tooMuch = `[${'[],'.repeat(3e6)}[]]`;
    await redis().ask('hset', 'q:job:1', 'data', tooMuch, 'stalls', 3);
    startProcessor({ NODE_OPTIONS: '--max-old-space-size=110' });
    await creator.waitForLine('completed 2');
    await creator.waitForLine('failed 1: Job stalled more than 3 times');
  });

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
