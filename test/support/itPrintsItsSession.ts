// The acceptance test of a script that runs alone.
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { NOT_CONNECTED } from './server';
import { session } from './session';
import { KEEPS_ALL, useRedis } from './useRedis';

/**
 * Tests that the task `file` prints `expected` up to its last line at the first run, and at the next, for which `next` gives what is
 * other, also when Redis is not there yet.
 */
export function itPrintsItsSession(
  file: string,
  expected = session(`npm run dev ${file}`),
  next: (line: string) => string = (line) => line,
): void {
  const redis = useRedis(...KEEPS_ALL);
  const last = expected.at(-1) ?? '';

  it('prints its session and stays open until Ctrl+C, and again at the next run, which begins before Redis', async () => {
    const first = Script.task(file, redis().url);
    await first.waitForLine(last);
    expect(await first.stop()).to.equal('SIGINT');
    expect(first.lines).to.deep.equal(expected);

    await redis().kill();
    const second = Script.task(file, redis().url);
    await second.waitForLine(NOT_CONNECTED);
    await redis().start();
    await second.waitForLine(next(last));
    expect(await second.stop()).to.equal('SIGINT');
    const lines = second.lines.filter((line) => !NOT_CONNECTED.test(line));
    // A queue says that Redis is back only because it was away.
    const isQueue = !expected[0]?.startsWith('Redis client');
    expect(isQueue ? lines.slice(1) : lines).to.deep.equal(expected.map(next));
  });
}
