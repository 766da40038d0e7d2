// A job that can't be saved is refused as a whole, and its creator is told why.
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { privateJobs } from '../support/jobs';

describe('jobs that are refused', () => {
  const { redis, create, startProcessor, expectNothingLeft } = privateJobs();

  for (const set of ['q:jobs', 'q:jobs:inactive', 'q:jobs:test:inactive', 'q:test:jobs']) {
    it(`leave nothing behind where ${set} is a key of another type, and keep no other from being done`, async () => {
      await redis().ask('set', set, 'text');
      const refused = Script.file('test/support/createJobs.ts', redis().url, {}, ['test', '["quick"]']);
      await refused.waitForLine(/^not created: .*WRONGTYPE/);
      expect(await redis().ask('exists', 'q:job:1')).to.equal(0);
      await redis().ask('del', set);
      const creator = await create('test', ['quick']);
      startProcessor();
      await creator.waitForLine('completed 2');
      await expectNothingLeft('test');
    });
  }

  for (const ids of ['-5', '-1', '999999999999999', '9007199254740991']) {
    it(`are told where Redis gives no id, as q:ids is ${ids}`, async () => {
      await redis().ask('set', 'q:ids', ids);
      const creator = Script.file('test/support/createJobs.ts', redis().url, {}, ['test', '["quick"]']);
      await creator.waitForLine(/^not created: Error: The key q:ids/);
      expect(await redis().ask('zcard', 'q:jobs')).to.equal(0);
    });
  }

  it('take no id where an option is none, however often they are saved', async () => {
    const args = ['test', '["quick"]', '{"removeOnComplete":{"toString":1}}'];
    const creator = Script.file('test/support/createJobs.ts', redis().url, { RETRY: '1' }, args);
    await creator.waitForLine(/^not created: TypeError/, 3);
    expect(await redis().ask('keys', 'q:*')).to.deep.equal([]);
  });

  it('can be saved again', async () => {
    await redis().ask('set', 'q:jobs:inactive', 'text');
    const env = { RETRY: '1' };
    const creator = Script.file('test/support/createJobs.ts', redis().url, env, ['test', '["quick"]']);
    await creator.waitForLine(/^not created: .*WRONGTYPE/, 2);
    await redis().ask('del', 'q:jobs:inactive');
    startProcessor();
    await creator.waitForLine(/^completed/);
    await expectNothingLeft('test');
  });
});
