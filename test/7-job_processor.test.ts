import { expect } from 'chai';
import { Script } from '../src/tools/sessions/script';
import { session } from './support/session';
import { useRedis } from './support/useRedis';

describe('7-job_processor', () => {
  const redis = useRedis();

  for (const run of [1, 2]) {
    it(`does the jobs that 7-job_creator.ts follows, and both print their sessions (run ${run})`, async () => {
      const creator = Script.task('7-job_creator.ts', redis().url);
      await creator.waitForLine('Notification job created: 11');
      const processor = Script.task('7-job_processor.ts', redis().url);
      await creator.waitForLine('Notification job #11 completed');
      await processor.waitForLine(/Sending/, 9);

      expect(creator.lines).to.deep.equal(session('npm run dev 7-job_creator.ts'));
      expect(processor.lines).to.deep.equal(session('npm run dev 7-job_processor.ts'));
    });
  }
});
