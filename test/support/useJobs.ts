// Jobs for the tests of processors, and what became of them.
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { until } from './until';
import { KEEPS_ALL, useRedis } from './useRedis';

// ARGV: type, state, how many, data. Writes jobs as any program may that reaches this Redis, with the next ids.
const WRITE_JOBS = `
  local type, state, count, data = unpack(ARGV)
  for _ = 1, count do
    local id = redis.call('INCR', 'q:ids')
    local zid = string.format('%02d|%d', #tostring(id), id)
    redis.call('HSET', 'q:job:' .. id, 'type', type, 'state', state, 'data', data, 'priority', 0, 'workerId', 'kue:1')
    for _, set in ipairs({ '', ':' .. state, ':' .. type .. ':' .. state }) do redis.call('ZADD', 'q:jobs' .. set, 0, zid) end
    if state == 'inactive' then redis.call('LPUSH', 'q:' .. type .. ':jobs', 1) end
  end`;

/** The data of so many jobs, with the phone numbers from 1 on. */
export function notifications(length: number): { phoneNumber: string; message: string }[] {
  return Array.from({ length }, (_, n) => ({ phoneNumber: `${n + 1}`, message: 'hello' }));
}

/** The lines of `scripts` that match, sorted. */
export function linesOf(scripts: readonly Script[], wanted: RegExp): string[] {
  return scripts.flatMap(({ lines }) => lines.filter((line) => wanted.test(line))).sort();
}

/** Gives the suite that calls this a Redis that loses nothing when it is killed, and creators and processors on it. */
export function useJobs() {
  const redis = useRedis(...KEEPS_ALL);
  const run = (file: string, env: NodeJS.ProcessEnv, args: readonly string[] = []) =>
    Script.task(`../test/support/${file}.ts`, redis().url, env, args);

  /** How many jobs of `type`, or of all types, are in `state`. */
  const count = async (state: string, type?: string) =>
    Number(await redis().send('zcard', `q:jobs:${type ? `${type}:` : ''}${state}`));

  return {
    redis,
    count,
    /** Starts a creator of a job of `type` with each of `list`: see creator.ts. */
    startCreator: (type: string, list: readonly unknown[], options: object = {}, env: NodeJS.ProcessEnv = {}) =>
      run('creator', env, [type, JSON.stringify(list), JSON.stringify(options)]),
    /** The same for the type `test`, and resolves once all are created. */
    async create(list: readonly unknown[], options: object = {}): Promise<Script> {
      const creator = run('creator', {}, ['test', JSON.stringify(list), JSON.stringify(options)]);
      await creator.waitForLine(/^created/, list.length);
      return creator;
    },
    /** Starts a processor: see processor.ts. */
    startProcessor: (env: NodeJS.ProcessEnv = {}) => run('processor', env),
    /** Writes `copies` jobs of `type` with each of `list` by hand, for which no creator is needed. */
    async write(list: readonly unknown[], type = 'test', state = 'inactive', copies = 1): Promise<void> {
      for (const data of list) await redis().send('eval', WRITE_JOBS, 0, type, state, copies, JSON.stringify(data));
    },
    /** Changes fields of a job by hand. */
    writeJob: (id: number, ...fieldsAndValues: (string | number)[]) =>
      redis().send('hset', `q:job:${id}`, ...fieldsAndValues),
    /** That exactly so many jobs are complete and have failed, and none waits, is active or delayed. */
    async expectEnded(complete: number, failed = 0): Promise<void> {
      await until(async () => (await count('complete')) + (await count('failed')) >= complete + failed);
      const states = ['complete', 'failed', 'inactive', 'active', 'delayed'];
      const counts = await Promise.all(states.map(async (state) => [state, await count(state)]));
      expect(Object.fromEntries(counts)).to.deep.equal({ complete, failed, inactive: 0, active: 0, delayed: 0 });
      expect(await redis().send('zcard', 'q:jobs')).to.equal(complete + failed);
    },
  };
}
