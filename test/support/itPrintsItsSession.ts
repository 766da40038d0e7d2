// The acceptance test of a script that runs alone.
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { session } from '../../src/tools/sessions/sessions';
import { privateRedis } from './privateRedis';

/** Tests that the task `file` prints its session in src/README.md, up to its last line `last`, at the first run and the next. */
export function itPrintsItsSession(file: string, last: string): void {
  const redis = privateRedis();

  it('prints its session, every time, and stays open until Ctrl+C', async () => {
    for (let run = 1; run <= 2; run++) {
      const script = Script.task(file, redis().url);
      await script.waitForLine(last);
      expect(await script.stop()).to.equal('SIGINT');
      expect(script.lines).to.deep.equal(session(`npm run dev ${file}`));
    }
  });

  it('waits for a Redis that is not there yet', async () => {
    await redis().kill();
    const script = Script.task(file, redis().url);
    await script.waitForLine(/^Redis client not connected to the server: Error: .* connect ECONNREFUSED/);
    await redis().start();
    await script.waitForLine(last);
    expect(script.lines.filter((line) => !line.includes('not connected'))).to.deep.equal(
      session(`npm run dev ${file}`),
    );
  });
}
