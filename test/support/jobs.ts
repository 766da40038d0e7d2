// Jobs for the tests of processors, and what became of them in Redis.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { privateRedis } from './privateRedis';

/** Whether these tests run long, by `npm run soak`. */
export const SOAK = process.env.SOAK === '1';

/** The data of so many jobs, with the phone numbers from 1 on. */
export function notifications(length: number): { phoneNumber: string; message: string }[] {
  return Array.from({ length }, (_, n) => ({ phoneNumber: `${n + 1}`, message: 'hello' }));
}

/** The phone numbers that `processors` have sent to. */
export function sent(processors: readonly Script[]): string[] {
  return processors.flatMap(({ lines }) =>
    lines.flatMap((line) => /^Sending notification to (\d+)/.exec(line)?.[1] ?? []),
  );
}

// What is wrong: jobs that are not in exactly the sets of their state, sets and claims that name what is not there.
const FIND_INCONSISTENT = `
  local wrong = {}
  local function check(isRight, ...) if not isRight then wrong[#wrong + 1] = table.concat({ ... }, ' ') end end
  for _, key in ipairs(redis.call('KEYS', 'q:job:*')) do
    local id = string.match(key, '^q:job:(%d+)$')
    if id then
      local zid = string.format('%02d|%s', #id, id)
      local state, type = unpack(redis.call('HMGET', key, 'state', 'type'))
      check(redis.call('ZSCORE', 'q:jobs', zid), key, 'is not in q:jobs')
      for _, other in ipairs({ 'inactive', 'active', 'delayed', 'complete', 'failed' }) do
        for _, set in ipairs({ 'q:jobs:' .. other, 'q:jobs:' .. (type or '') .. ':' .. other }) do
          local isIn = redis.call('ZSCORE', set, zid) and true or false
          check(isIn == (state == other), key, 'is', state or 'nothing', isIn and 'and in' or 'and not in', set)
        end
      end
    end
  end
  for _, set in ipairs(redis.call('KEYS', 'q:jobs*')) do
    for _, zid in ipairs(redis.call('ZRANGE', set, 0, -1)) do
      check(redis.call('EXISTS', 'q:job:' .. string.sub(zid, 4)) == 1, set, 'names', zid, 'that is not there')
    end
  end
  for _, claims in ipairs(redis.call('KEYS', 'q:*:claims:*')) do
    local all = redis.call('HGETALL', claims)
    for n = 1, #all, 2 do
      local state, worker = unpack(redis.call('HMGET', 'q:job:' .. string.sub(all[n + 1], 4), 'state', 'workerId'))
      check(state == 'active' and string.match(worker or '', '^(.*):') == all[n], claims, 'names', all[n + 1], 'that is', state or 'nothing')
    end
  end
  return wrong
`;

/** Gives each test of the suite that calls this a fresh Redis that loses nothing when it is killed. */
export function privateJobs() {
  const redis = privateRedis('--appendonly', 'yes', '--appendfsync', 'always');

  const count = async (type: string, state: string) => Number(await redis().ask('zcard', `q:jobs:${type}:${state}`));

  /** That each job is in exactly the sets of its state, and nothing is claimed that is not being done by its owner. */
  async function expectConsistent(): Promise<void> {
    expect(await redis().ask('eval', FIND_INCONSISTENT, 0)).to.deep.equal([]);
  }

  return {
    redis,
    /** How many jobs of `type` are in `state`. */
    count,
    expectConsistent,
    /** Creates a job of `type` with each of `list` and resolves, to the creator, once all are created. */
    async create(type: string, list: readonly unknown[], options: Record<string, unknown> = {}): Promise<Script> {
      const args = [type, JSON.stringify(list), JSON.stringify(options)];
      const creator = Script.file('test/support/createJobs.ts', redis().url, {}, args);
      await creator.waitForLine(/^created/, list.length);
      return creator;
    },
    /** Starts a processor that does what the data of a job of the type `test` says. */
    startProcessor: (env: NodeJS.ProcessEnv = {}) => Script.file('test/support/processor.ts', redis().url, env),
    /** Resolves once job `id` has `value` in `field`. */
    async untilJob(id: number, field: string, value: string): Promise<void> {
      while ((await redis().ask('hget', `q:job:${id}`, field)) !== value) await sleep(50);
    },
    /** As if five checks had seen no heartbeat of any processor of the type `test`: the next finds those stalled that are. */
    async skipChecks(): Promise<void> {
      const [, latest] = Object(await redis().ask('zrevrange', 'q:test:heartbeats', 0, 0, 'withscores'));
      await redis().ask('zadd', 'q:test:heartbeats', Number(latest) + 5, 'one that has seen five more checks');
    },
    /** Resolves once so many jobs of `type` are complete or have failed. */
    async untilEnded(type: string, jobs: number): Promise<void> {
      while ((await count(type, 'complete')) + (await count(type, 'failed')) < jobs) await sleep(50);
    },
    /** That no job waits or is being done, by its type's sets and by those of all types, and all is consistent. */
    async expectNothingLeft(type: string): Promise<void> {
      for (const state of ['active', 'inactive']) {
        expect(await count(type, state), state).to.equal(0);
        expect(await redis().ask('zcard', `q:jobs:${state}`), `all ${state}`).to.equal(0);
      }
      await expectConsistent();
    },
  };
}
