import { expect } from 'chai';
import { Script } from '../src/tools/sessions/script';
import { session } from './support/session';
import { useRedis } from './support/useRedis';

describe('6-job_processor', () => {
  const redis = useRedis();

  it('does the job that waits and each one that comes', async () => {
    const first = Script.task('6-job_creator.ts', redis().url);
    await first.waitForLine('Notification job created: 1');
    const processor = Script.task('6-job_processor.ts', redis().url);
    await processor.waitForLine(/Sending/);
    const second = Script.task('6-job_creator.ts', redis().url);
    await processor.waitForLine(/Sending/, 2);
    for (const creator of [first, second]) await creator.waitForLine('Notification job completed');

    const lines = session('npm run dev 6-job_processor.ts');
    expect(processor.lines).to.deep.equal([...lines, ...lines]);
    expect(first.lines).to.deep.equal(['Notification job created: 1', 'Notification job completed']);
    expect(second.lines).to.deep.equal(['Notification job created: 2', 'Notification job completed']);
  });
});
