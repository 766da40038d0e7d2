// What other programs, or people, may have left in Redis in the place of jobs stops no other job.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { privateJobs, SOAK } from '../support/jobs';

const EVIL_ID = '{"id":"constructor","event":"complete","args":["complete"]}';
const EVIL_PROGRESS = '{"id":2,"event":"x","args":["progress",{"toString":1}]}';
const EVIL_REASON = '{"id":2,"event":"x","args":["failed",{"toString":1}]}';
const MALFORMED = ['x', '01|', 'zz|9', '', '|', '01|1|1', '02|05', '00|1', '01|05'];

describe('odd data among the jobs', () => {
  const { redis, create, startProcessor, skipChecks, untilEnded, expectConsistent, expectNothingLeft } = privateJobs();

  it('passes over members of the set of waiting jobs that are none', async () => {
    for (const member of MALFORMED) await redis().ask('zadd', 'q:jobs:test:inactive', -1, member);
    await redis().ask('hset', 'q:job:05', 'type', 'test', 'state', 'inactive', 'data', '"quick"');
    const creator = await create('test', ['quick', 'quick']);
    const processor = startProcessor();
    await creator.waitForLine(/^completed/, 2);
    await processor.waitForLine(/^began/, 2);
    expect(processor.lines.sort()).to.deep.equal(['began 1', 'began 2']);
    await redis().ask('del', 'q:job:05');
    await expectNothingLeft('test');
  });

  it('passes at once over thousands of members that are none', async () => {
    const fill = "for n = 1, 5000 do redis.call('ZADD', 'q:jobs:test:inactive', -1, 'x' .. n) end";
    await redis().ask('eval', fill, 0);
    await create('test', ['quick']);
    await redis().ask('del', 'q:test:jobs'); // nor does any marker wake up a worker
    const start = performance.now();
    await startProcessor().waitForLine('began 1');
    expect(performance.now() - start).to.be.below(10_000); // 100 were passed over in 2 s
  });

  it('passes over a key of another type in the place of a waiting job', async () => {
    const creator = await create('test', ['quick', 'quick', 'quick']);
    await redis().ask('del', 'q:job:2');
    await redis().ask('set', 'q:job:2', 'text');
    const processor = startProcessor();
    await creator.waitForLine(/^completed/, 2);
    await processor.waitForLine(/^began/, 2);
    expect(processor.lines.sort()).to.deep.equal(['began 1', 'began 3']);
  });

  it('takes back the jobs of a dead processor beside claims that are none', async () => {
    const creator = await create('test', ['hold', 'hold']);
    const dying = startProcessor();
    await dying.waitForLine(/^began/, 2);
    await dying.stop('SIGKILL');
    const [dead = ''] = Object(await redis().ask('zrange', 'q:test:heartbeats', 0, 0));
    for (const [n, member] of MALFORMED.entries()) {
      await redis().ask('hset', `q:test:claims:${dead}`, `worker ${n}`, member);
    }
    await redis().ask('set', 'q:job:3', 'text');
    await redis().ask('hset', `q:test:claims:${dead}`, 'worker 3', '01|3');
    await skipChecks();
    for (const id of [1, 2]) await redis().ask('hset', `q:job:${id}`, 'data', '"quick"');
    const next = startProcessor();
    await creator.waitForLine(/^completed/, 2);
    await next.waitForLine(/^began/, 2);
    expect(next.lines.sort()).to.deep.equal(['began 1', 'began 2']);
    expect(await redis().ask('exists', `q:test:claims:${dead}`)).to.equal(0);
    await redis().ask('del', 'q:job:3');
    await expectNothingLeft('test');
  });

  it('takes back the jobs of dead processors although the claims of one are a key of another type', async () => {
    const creator = await create('test', ['hold', 'hold']);
    const dying = startProcessor();
    await dying.waitForLine(/^began/, 2);
    await dying.stop('SIGKILL');
    await redis().ask('set', 'q:test:claims:a', 'text');
    await redis().ask('zadd', 'q:test:heartbeats', 0, 'a');
    await skipChecks();
    for (const id of [1, 2]) await redis().ask('hset', `q:job:${id}`, 'data', '"quick"');
    startProcessor();
    await creator.waitForLine(/^completed/, 2);
  });

  for (const [what, command, ...rest] of [
    ['another key stands in the place of the lock', 'rpush', 'text'],
    ["Redis's clock was set back by an hour, and the lock lasts", 'set', '', 'px', 3_600_000],
  ] as const) {
    it(`takes back the jobs of a dead processor although ${what}`, async () => {
      await create('test', ['hold']);
      const dying = startProcessor();
      await dying.waitForLine('began 1');
      await dying.stop('SIGKILL');
      await redis().ask('del', 'q:test:stalled-check');
      await redis().ask(command, 'q:test:stalled-check', ...rest);
      await skipChecks();
      await startProcessor().waitForLine('began 1');
      await expectConsistent();
    });
  }

  it('takes back the jobs of a dead processor behind a thousand that had none', async () => {
    await create('test', ['hold']);
    const dying = startProcessor();
    await dying.waitForLine('began 1');
    await dying.stop('SIGKILL');
    await redis().ask('zadd', 'q:test:heartbeats', ...Array.from({ length: 1000 }, (_, n) => [0, `a ${n}`]).flat());
    await skipChecks();
    await startProcessor().waitForLine('began 1');
  });

  it('takes back a job whose priority is no number, which is in a set at every moment', async () => {
    const list = SOAK ? ['abc', 'nan', 'inf', '', '0x'] : ['abc', 'nan'];
    const creator = await create('test', Array(list.length).fill('hold'));
    for (const [n, priority] of list.entries()) await redis().ask('hset', `q:job:${n + 1}`, 'priority', priority);
    for (let left = list.length; left > 0; left -= 2) {
      const dying = startProcessor();
      await dying.waitForLine(/^began/, Math.min(left, 2));
      await dying.stop('SIGKILL');
    }
    await expectConsistent();
    await skipChecks();
    for (const id of list.keys()) await redis().ask('hset', `q:job:${id + 1}`, 'data', '"quick"');
    startProcessor();
    await creator.waitForLine(/^completed/, list.length);
    await untilEnded('test', list.length);
    await expectNothingLeft('test');
  });

  it('fails a job whose error ends in half a character, and goes on', async () => {
    const creator = await create('test', [{ error: 'half of \ud83d' }, { error: '\ud83d' }, 'quick']);
    const processor = startProcessor();
    await creator.waitForLine(/^(completed|failed)/, 3);
    expect(creator.lines.filter((line) => line.startsWith('failed')).sort()).to.deep.equal([
      'failed 1: half of \ufffd',
      'failed 2: \ufffd',
    ]);
    expect(processor.lines.filter((line) => !line.startsWith('began'))).to.deep.equal([]);
    await expectNothingLeft('test');
  });

  it('fails jobs whose errors are no text and no object that says what it is, and goes on', async () => {
    const list = ['unreadable', 'unreadable rejection', 'odd stack', 'odd message', 'odd prototype', 'quick'];
    const creator = await create('test', list);
    const processor = startProcessor();
    await creator.waitForLine(/^(completed|failed)/, list.length);
    expect(creator.lines.filter((line) => line.startsWith('failed')).sort()).to.deep.equal([
      "failed 1: The error of the job can't be read",
      "failed 2: The error of the job can't be read",
      'failed 3: odd',
      "failed 4: The error of the job can't be read",
      'failed 5: no prototype',
    ]);
    expect(processor.ended).to.equal(false);
    await expectNothingLeft('test');
  });

  for (const field of ['attempts', 'max_attempts', 'priority']) {
    it(`fails a job once of which ${field} is no number`, async () => {
      const creator = await create('test', ['fail']);
      await redis().ask('hset', 'q:job:1', field, 'nan');
      const processor = startProcessor();
      await creator.waitForLine('failed 1: failed on purpose');
      await expectNothingLeft('test');
      await processor.waitForLine('began 1');
      expect(processor.lines).to.deep.equal(['began 1']);
    });
  }

  it('begins no job again that is among the delayed ones by mistake', async () => {
    const creator = await create('test', ['quick']);
    const processor = startProcessor();
    await creator.waitForLine('completed 1');
    for (const zid of ['01|1', ...MALFORMED]) await redis().ask('zadd', 'q:jobs:delayed', 1, zid);
    while (Number(await redis().ask('zcard', 'q:jobs:delayed')) > 0) await sleep(50);
    const next = await create('test', ['quick'], { delay: 1 });
    await next.waitForLine('completed 2');
    await processor.waitForLine('began 2');
    expect(processor.lines).to.deep.equal(['began 1', 'began 2']);
    await expectNothingLeft('test');
  });

  it('does a job once, and only when it can be claimed, where a key of another type is in the way', async () => {
    await create('test', ['quick']);
    await redis().ask('del', 'q:jobs:inactive');
    await redis().ask('hset', 'q:jobs:inactive', 'a', 'hash');
    const processor = startProcessor();
    await processor.waitForLine(/^Queue error: .*WRONGTYPE/, 4);
    await redis().ask('del', 'q:jobs:inactive');
    await untilEnded('test', 1);
    await expectNothingLeft('test');
    await processor.waitForLine('began 1');
    expect(processor.lines.filter((line) => line.startsWith('began'))).to.deep.equal(['began 1']);
  });

  it('tells and logs once how a job ends, and only when it can end, where a key of another type is in the way', async () => {
    await redis().ask('set', 'q:jobs:failed', 'text');
    const creator = await create('test', ['fail']);
    const processor = startProcessor();
    await processor.waitForLine(/^Queue error: .*WRONGTYPE/, 3);
    expect(await redis().ask('lrange', 'q:job:1:log', 0, -1)).to.deep.equal([]);
    await redis().ask('del', 'q:jobs:failed');
    await creator.waitForLine(/^failed 1/);
    expect(await redis().ask('lrange', 'q:job:1:log', 0, -1)).to.deep.equal(['failed on purpose']);
    await expectNothingLeft('test');
  });

  it('promotes the delayed jobs beside those of a type whose key is of another type', async () => {
    await redis().ask('set', 'q:jobs:bad:inactive', 'text');
    await create('bad', ['quick'], { delay: 1 });
    const creator = await create('test', ['quick'], { delay: 1000 });
    startProcessor();
    await creator.waitForLine('completed 2');
    expect(await redis().ask('zrange', 'q:jobs:delayed', 0, -1)).to.deep.equal(['01|1']);
  });

  it('leaves delayed jobs to a program that promotes them by steps of its own', async () => {
    await redis().ask('set', 'promotion:lock', 'of a plain Kue program', 'EX', 60);
    await create('test', ['quick'], { delay: 1 });
    const processor = startProcessor();
    while ((await redis().ask('zcard', 'q:test:heartbeats')) === 0) await sleep(20);
    await sleep(2500); // more than two tries
    expect(processor.lines).to.deep.equal([]);
    await redis().ask('del', 'promotion:lock');
    await processor.waitForLine('began 1');
  });

  for (const [what, ...expiry] of [['that never expires'], ["that Redis's clock, set back, keeps", 'px', '3600000']]) {
    it(`promotes delayed jobs although a lock stands in the way ${what}`, async () => {
      await redis().ask('set', 'promotion:lock', 'text', ...expiry);
      await create('test', ['quick'], { delay: 1 });
      await startProcessor().waitForLine('began 1');
    });
  }

  it('loses no job where a user may not read it', async function () {
    const { port, ask } = redis();
    const user = await ask('acl', 'setuser', 'worker', 'on', '>pass', '~*', '&*', '+@all', '-hget').catch(() => null);
    if (user === null) this.skip(); // Redis 5 has no users, 6.0 no & for channels
    await create('test', ['quick'], { delay: 1 });
    const processor = startProcessor({ REDIS_URL: `redis://worker:pass@127.0.0.1:${port}` });
    while ((await ask('zcard', 'q:test:heartbeats')) === 0) await sleep(20);
    await sleep(1500); // longer than until it looks for jobs whose time has come
    expect(await ask('zcard', 'q:jobs:delayed')).to.equal(1);
    expect(processor.ended).to.equal(false);
  });

  it('goes on after a job whose fields were removed while it was done', async () => {
    await create('test', [{ wait: 500 }]);
    const processor = startProcessor();
    await processor.waitForLine('began 1');
    await redis().ask('hdel', 'q:job:1', 'started_at');
    const creator = await create('test', ['quick']);
    await creator.waitForLine('completed 2');
    await untilEnded('test', 2);
    await expectNothingLeft('test');
    await processor.waitForLine('began 2');
    expect(processor.lines).to.have.members(['began 1', 'began 2']);
  });

  for (const [what, data, started] of [
    ['whose start was changed', { wait: 500 }, 'text'],
    ['whose start was changed to a later one', { wait: 500 }, 9e12],
    ['whose function changes its id', { wait: 500, id: 7 }, 1],
  ] as const) {
    it(`does a job once ${what}`, async () => {
      const creator = await create('test', [data]);
      const processor = startProcessor();
      await processor.waitForLine('began 1');
      await redis().ask('hset', 'q:job:1', 'started_at', started);
      await creator.waitForLine('completed 1');
      await expectNothingLeft('test');
      expect(processor.lines).to.deep.equal(['began 1']);
    });
  }

  it('waits for jobs, and does not ask without a pause, behind a claim that is empty', async () => {
    const processor = startProcessor();
    while ((await redis().ask('zcard', 'q:test:heartbeats')) === 0) await sleep(20);
    const id = String(await redis().ask('zrange', 'q:test:heartbeats', 0, 0));
    for (const n of [1, 2]) await redis().ask('hset', `q:test:claims:${id}`, `${id}:test:${n}`, '');
    await redis().ask('config', 'resetstat');
    await sleep(5000); // longer than a worker waits for a marker
    const [, commands] = /total_commands_processed:(\d+)/.exec(String(await redis().ask('info', 'stats'))) ?? [];
    expect(Number(commands)).to.be.below(300);
    const creator = await create('test', ['quick']);
    await creator.waitForLine('completed 1');
    await processor.waitForLine('began 1');
    expect(processor.lines).to.deep.equal(['began 1']);
  });

  it("ignores what is no event on Kue's channel, in processors and creators", async () => {
    const processor = startProcessor();
    const creator = await create('test', ['quick', 'hold']);
    await creator.waitForLine('completed 1');
    for (const text of [
      'x',
      'null',
      '7',
      '{"id":1}',
      '{"id":1,"event":"complete","args":"x"}',
      '[]',
      EVIL_ID,
      EVIL_PROGRESS,
      EVIL_REASON,
    ]) {
      expect(await redis().ask('publish', 'q:events', text)).to.equal(2);
    }
    const next = await create('test', ['quick']);
    await next.waitForLine('completed 3');
    expect([processor.ended, creator.ended]).to.deep.equal([false, false]);
  });
});
