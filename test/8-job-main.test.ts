import { expect } from 'chai';
import { Script } from '../src/tools/sessions/script';
import { session } from '../src/tools/sessions/sessions';
import { privateRedis } from './support/privateRedis';

describe('8-job-main', () => {
  const redis = privateRedis();

  it('creates its job', async () => {
    const script = Script.task('8-job-main.ts', redis().url);
    await script.waitForLine(/created/);
    expect(await script.stop()).to.equal('SIGINT');
    expect(script.lines).to.deep.equal(session('npm run dev 8-job-main.ts'));
  });
});
