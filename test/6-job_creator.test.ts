import { expect } from 'chai';
import { Script } from '../src/tools/sessions/script';
import { session } from '../src/tools/sessions/sessions';
import { privateRedis } from './support/privateRedis';

describe('6-job_creator', () => {
  const redis = privateRedis();

  it('creates a job at each run, with the next id', async () => {
    for (const id of [1, 2]) {
      const script = Script.task('6-job_creator.ts', redis().url);
      await script.waitForLine(/created/);
      expect(await script.stop()).to.equal('SIGINT');
      expect(script.lines).to.deep.equal(
        session('npm run dev 6-job_creator.ts').map((line) => line.replace('1', `${id}`)),
      );
    }
  });

  it('waits for a Redis that is not there yet', async () => {
    await redis().kill();
    const script = Script.task('6-job_creator.ts', redis().url);
    await script.waitForLine(/not connected/);
    await redis().start();
    await script.waitForLine(/created/);
    expect(script.lines).to.deep.equal([
      `Redis client not connected to the server: Error: Redis connection to 127.0.0.1:${redis().port} failed - connect ECONNREFUSED 127.0.0.1:${redis().port}`,
      'Redis client connected to the server',
      ...session('npm run dev 6-job_creator.ts'),
    ]);
  });

  it('hears of an end also when the processor died before it told it', async () => {
    const script = Script.task('6-job_creator.ts', redis().url);
    await script.waitForLine(/created/);
    await redis().ask('hset', 'q:job:1', 'state', 'complete');
    await script.waitForLine('Notification job completed');
  });
});
