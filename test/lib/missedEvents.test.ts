// Which jobs a creator follows, and that it hears of their ends also when it missed them.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { privateJobs } from '../support/jobs';
import { startProxy } from '../support/proxy';

describe('the jobs that a creator follows', () => {
  const { redis, create } = privateJobs();

  const startFollowing = (count: number) =>
    Script.file('test/support/failFastCreator.ts', redis().url, {}, ['test', `${count}`]);

  it('does not follow what Redis refused to save', async () => {
    await redis().ask('set', 'q:test:jobs', 'a key of another type in the place of the list of markers');
    const creator = startFollowing(1000);
    await creator.waitForLine('saved 0, refused 1000');
    await creator.waitForLine(/^follows/);
    expect(creator.lines).to.include('follows 0');
    expect(await redis().ask('zcard', 'q:jobs')).to.equal(0);
  });

  it('forgets jobs that are gone from Redis, and only those', async () => {
    const creator = startFollowing(600);
    await creator.waitForLine('follows 600');
    for (let id = 1; id <= 600; id += 50) await redis().ask('del', `q:job:${id}`);
    await creator.waitForLine('follows 588');
    await sleep(3500); // longer than the poll interval
    expect(creator.lines.at(-1)).to.equal('follows 588');
  });

  it('tells an end that it missed within 10 s, behind 10,000 waiting jobs', async () => {
    const creator = await create('test', Array(10_001).fill('quick'));
    const start = performance.now();
    await redis().ask('hset', 'q:job:10001', 'state', 'complete', 'result', 'null'); // and nothing on the channel
    await creator.waitForLine('completed 10001');
    expect(performance.now() - start).to.be.below(10_000);
  });

  it('tells why a job has failed that it missed', async () => {
    const creator = await create('test', ['quick']);
    await redis().ask(
      'hset',
      'q:job:1',
      'state',
      'failed',
      'error',
      'Error: no answer\n    at somewhere',
      'attempts',
      '1',
    );
    await creator.waitForLine('failed 1: no answer');
  });

  it('tells nothing of a job that has failed and is to be tried again', async () => {
    const creator = await create('test', ['quick']);
    await redis().ask('hset', 'q:job:1', 'state', 'failed', 'error', 'Error: once', 'max_attempts', '2');
    await sleep(3500); // longer than the poll interval
    await redis().ask('hset', 'q:job:1', 'state', 'complete', 'result', 'null');
    await creator.waitForLine('completed 1');
    expect(creator.lines).to.deep.equal(['created 1', 'completed 1']);
  });

  it('tells nothing of a job before it is told that it is created', async () => {
    const proxy = await startProxy(redis().port);
    proxy.delay = (bytes) => (bytes.includes('q:job:types') ? 1000 : 0); // the script that saves
    const creator = Script.file('test/support/createJobs.ts', proxy.url, {}, ['test', '["quick"]']);
    const complete = JSON.stringify({ id: 1, event: 'complete', args: ['complete', null] });
    while (!creator.lines.includes('completed 1')) {
      await redis().ask('publish', 'q:events', complete); // heard once it has subscribed, and has an id
      await sleep(20);
    }
    expect(creator.lines).to.deep.equal(['created 1', 'completed 1']);
    await proxy.close();
  });

  it('tells an end once, however often it is polled for', async () => {
    const creator = await create('test', ['quick', 'quick']);
    await redis().ask('hset', 'q:job:1', 'state', 'complete', 'result', 'null');
    await creator.waitForLine('completed 1');
    await sleep(3500); // longer than the poll interval
    expect(creator.lines.filter((line) => line.startsWith('completed'))).to.deep.equal(['completed 1']);
  });
});
