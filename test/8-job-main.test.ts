import { expect } from 'chai';
import { privateRedis } from './support/privateRedis';
import { Script } from './support/script';
import { session } from './support/sessions';

describe('8-job-main', () => {
  const redis = privateRedis();

  it('creates its job', async () => {
    const script = Script.task('8-job-main.ts', redis().url);
    await script.waitForLine(/created/);
    expect(await script.stop()).to.equal('SIGINT');
    expect(script.lines).to.deep.equal(session('npm run dev 8-job-main.ts'));
  });
});
