import { expect } from 'chai';
import { Script } from '../src/tools/sessions/script';
import { session } from '../src/tools/sessions/sessions';
import { privateRedis } from './support/privateRedis';

describe('7-job_creator', () => {
  const redis = privateRedis();

  it('creates eleven jobs and nothing else happens', async () => {
    const script = Script.task('7-job_creator.ts', redis().url);
    await script.waitForLine('Notification job created: 11');
    expect(await script.stop()).to.equal('SIGINT');
    expect(script.lines).to.deep.equal(session('npm run dev 7-job_creator.ts').slice(0, 11));
  });

  it('waits for a Redis that is not there yet', async () => {
    await redis().kill();
    const script = Script.task('7-job_creator.ts', redis().url);
    await script.waitForLine(/not connected/);
    await redis().start();
    await script.waitForLine('Notification job created: 11');
    expect(script.lines.slice(2)).to.deep.equal(session('npm run dev 7-job_creator.ts').slice(0, 11));
  });
});
