// Recovery must not hold up Redis, however much is in it: servers on the same Redis would refuse their customers.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { readLua } from '../../src/lib/luaScript';
import { privateJobs, SOAK } from '../support/jobs';

// ARGV: type, state, first id, how many, worker. Fills Redis with jobs.
const FILL = `
  local type, state, worker = ARGV[1], ARGV[2], ARGV[5]
  for id = ARGV[3], ARGV[3] + ARGV[4] - 1 do
    local zid = string.format('%02d|%d', #tostring(id), id)
    redis.call('HSET', 'q:job:' .. id, 'type', type, 'state', state, 'data', '"hold"', 'priority', 0, 'workerId', worker)
    for _, set in ipairs({ 'q:jobs', 'q:jobs:' .. state, 'q:jobs:' .. type .. ':' .. state }) do
      redis.call('ZADD', set, 0, zid)
    end
  end
`;

// ARGV: how many. Has a processor that has died claim each of so many jobs by a worker of its own.
const CLAIM_ALL = `
  for id = 1, ARGV[1] do
    local worker, zid = 'gone:test:' .. id, string.format('%02d|%d', #tostring(id), id)
    redis.call('HSET', 'q:job:' .. id, 'workerId', worker .. ':1')
    redis.call('HSET', 'q:test:claims:gone', worker, zid)
  end
  redis.call('ZADD', 'q:test:heartbeats', 0, 'gone')
`;

const KINDS = [
  ['test', 'inactive'],
  ['another', 'inactive'],
  ['test', 'active'],
  ['test', 'complete'],
] as const;

describe('the recovery of stalled jobs among many', function () {
  this.timeout(SOAK ? 120_000 : 40_000);
  const { redis, create, startProcessor, skipChecks, untilJob, expectConsistent } = privateJobs();

  const fill = (kind: readonly [string, string], first: number, jobs: number) =>
    redis().ask('eval', FILL, 0, ...kind, first, jobs, `kue:gone:17:${kind[0]}:1`);

  const KEYS = ['q:test:heartbeats', 'q:test:stalled-check', 'q:test:jobs'];
  const heartbeat = (processor: string) =>
    redis().ask('eval', readLua('recover'), 3, ...KEYS, 'test', Date.now(), processor, 'heartbeat');

  for (const kinds of SOAK ? KINDS.map((kind) => [kind]) : [KINDS]) {
    it(`takes under 5 ms a step with 200,000 jobs (${kinds.map((kind) => kind.join(' ')).join(', ')})`, async () => {
      await create('test', ['hold']);
      const dying = startProcessor();
      await dying.waitForLine('began 1');
      await dying.stop('SIGKILL');
      const jobs = 200_000 / kinds.length;
      for (const [n, kind] of kinds.entries()) await fill(kind, 2 + n * jobs, jobs);
      await skipChecks();
      await redis().ask('config', 'set', 'slowlog-log-slower-than', 5000);
      await redis().ask('slowlog', 'reset');
      for (let n = 1; n <= 5; n++) startProcessor();
      await untilJob(1, 'stalls', '1'); // moved back
      await sleep(3000);
      // Another program may keep Redis from the processor for some ms, but hardly thrice.
      const slow = String(await redis().ask('slowlog', 'get', 10)).match(/,eval/g) ?? [];
      expect(slow).to.have.length.below(3);
    });
  }

  it('requeues all jobs of a processor with 6,000 workers, a hundred at each check', async () => {
    await fill(['test', 'active'], 1, 6000);
    await redis().ask('eval', CLAIM_ALL, 0, 6000);
    await redis().ask('zadd', 'q:test:heartbeats', 5, 'living');
    for (let check = 1; check <= 60; check++) {
      await redis().ask('del', 'q:test:stalled-check'); // as if a second had passed
      await heartbeat('living');
      expect(await redis().ask('zcard', 'q:jobs:test:inactive')).to.equal(100 * check);
    }
    expect(await redis().ask('zrange', 'q:test:heartbeats', 0, -1)).to.deep.equal(['living']);
    await expectConsistent();
  });

  it('requeues the job of a dead processor among 1,200 that live', async () => {
    await fill(['test', 'active'], 1, 1);
    await redis().ask('eval', CLAIM_ALL, 0, 1);
    for (let check = 1; check <= 7; check++) {
      await redis().ask('del', 'q:test:stalled-check'); // as if a second had passed
      for (let n = 0; n < 1200; n += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, more) => heartbeat(`living ${n + more}`)));
      }
    }
    expect(await redis().ask('zcard', 'q:jobs:test:inactive')).to.equal(1);
    expect(await redis().ask('zcard', 'q:test:heartbeats')).to.equal(1200);
  });

  it('is done by one of five processors at a time, once a second', async () => {
    for (let n = 1; n <= 5; n++) startProcessor();
    while (Number(await redis().ask('zcard', 'q:test:heartbeats')) < 5) await sleep(50);
    await redis().ask('config', 'resetstat');
    await sleep(3500);
    const [, checks] = /cmdstat_set:calls=(\d+)/.exec(String(await redis().ask('info', 'commandstats'))) ?? [];
    expect(Number(checks)).to.be.within(2, 4); // a check sets the key that keeps others from making one
  });
});
