// Jobs for the tests of processors, and what became of them in Redis.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/script';
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

/** Gives each test of the suite that calls this a fresh Redis that loses nothing when it is killed. */
export function privateJobs() {
  const redis = privateRedis('--appendonly', 'yes', '--appendfsync', 'always');

  const count = async (type: string, state: string) => Number(await redis().ask('zcard', `q:jobs:${type}:${state}`));

  return {
    redis,
    /** How many jobs of `type` are in `state`. */
    count,
    /** Creates a job of `type` with each of `list` and resolves, to the creator, once all are created. */
    async create(type: string, list: readonly unknown[]): Promise<Script> {
      const creator = Script.file('test/support/createJobs.ts', redis().url, {}, [type, JSON.stringify(list)]);
      await creator.waitForLine(/^created/, list.length);
      return creator;
    },
    /** Resolves once so many jobs of `type` are complete or have failed. */
    async untilEnded(type: string, jobs: number): Promise<void> {
      while ((await count(type, 'complete')) + (await count(type, 'failed')) < jobs) await sleep(50);
    },
    /** That no job waits or is being done, by its type's sets and by those of all types. */
    async expectNothingLeft(type: string): Promise<void> {
      for (const state of ['active', 'inactive']) {
        expect(await count(type, state), state).to.equal(0);
        expect(await redis().ask('zcard', `q:jobs:${state}`), `all ${state}`).to.equal(0);
      }
    },
  };
}
