import { expect } from 'chai';
import { Script } from '../../src/tools/script';
import { privateRedis } from '../support/privateRedis';

describe('npm run dev', () => {
  const redis = privateRedis();

  it('takes the name of a script with its folder too, starts it again when it is asked to, and ends with its terminal', async () => {
    const script = new Script(['npm', 'run', 'dev', 'src/6-job_processor.ts'], { REDIS_URL: redis().url });
    const creator = Script.task('6-job_creator.ts', redis().url);
    await creator.waitForLine('Notification job completed');
    script.process.stdin?.write('rs\n');
    await script.waitForLine(/starting `ts-node 6-job_processor\.ts`/, 2);
    const next = Script.task('6-job_creator.ts', redis().url);
    await next.waitForLine('Notification job completed');
    // A terminal that is closed. It resolves only when nothing that was started is left.
    await script.stop('SIGHUP');
  });

  for (const name of [['7-job.ts'], []]) {
    it(`names the scripts that there are when it is given ${name[0] ?? 'nothing'}, exit 1`, async () => {
      const script = new Script(['npm', 'run', 'dev', '--silent', ...name], {});
      expect(await script.exit()).to.equal(1);
      expect(script.lines).to.have.length(1);
      expect(script.lines[0]).to.match(/^No script ".*"\. There are: 0-redis_client\.ts .* 9-stock\.ts$/);
    });
  }
});
