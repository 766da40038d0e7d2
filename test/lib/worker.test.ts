// Workers share the jobs of a type, are woken up when there are some, and wait when Redis refuses what they ask.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { freePort } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { notifications, privateJobs, SOAK, sent } from '../support/jobs';

const SECONDS = SOAK ? 10 : 2;
const PARTS = 3; // of a processor that ask for themselves: two workers and the heartbeat

describe('the workers of a processor', function () {
  this.timeout(SOAK ? 120_000 : 40_000);
  const { redis, create, startProcessor, untilEnded, expectNothingLeft } = privateJobs();

  it('send each job once when three processors share them', async () => {
    const jobs = SOAK ? 600 : 150;
    const processors = [1, 2, 3].map(() => Script.task('7-job_processor.ts', redis().url));
    await create('push_notification_code_2', notifications(jobs));
    await untilEnded('push_notification_code_2', jobs);
    for (const processor of processors) expect(await processor.stop('SIGTERM')).to.equal(0);
    expect(new Set(sent(processors)).size).to.equal(jobs);
    expect(sent(processors)).to.have.length(jobs);
    await expectNothingLeft('push_notification_code_2');
  });

  it('are as many as a text says, as in Kue, and none where it is no whole number', async () => {
    await create('test', ['hold', 'hold', 'hold', 'hold']);
    const three = startProcessor({ CONCURRENCY: '3' });
    await three.waitForLine(/^began/, 3);
    for (const CONCURRENCY of ['x', '0', '1.5']) {
      const none = startProcessor({ CONCURRENCY });
      expect(await none.exit()).to.equal(1);
      expect(none.lines.join()).to.include('queue.process takes how many jobs');
    }
    expect(three.lines).to.have.length(3);
  });

  it('do each job once when a process asks for a type twice', async () => {
    const creator = await create('test', Array(6).fill('quick'));
    const processor = startProcessor({ TYPES: 'test,test' });
    await creator.waitForLine(/^completed/, 6);
    await processor.waitForLine(/^began/, 6);
    expect(processor.lines.sort()).to.deep.equal([1, 2, 3, 4, 5, 6].map((id) => `began ${id}`));
  });

  it('are woken up when the marker of a waiting job is lost', async () => {
    const processor = startProcessor();
    while (!/blocked_clients:1\b/.test(String(await redis().ask('info', 'clients')))) await sleep(50);
    await create('test', ['quick'], { delay: 3_600_000 });
    const moveWithoutToken = `
      redis.call('HSET', 'q:job:1', 'state', 'inactive')
      for _, sets in ipairs({ 'q:jobs:', 'q:jobs:test:' }) do
        redis.call('ZREM', sets .. 'delayed', '01|1')
        redis.call('ZADD', sets .. 'inactive', 0, '01|1')
      end`;
    await redis().ask('eval', moveWithoutToken, 0);
    await processor.waitForLine('began 1');
    await untilEnded('test', 1);
    await expectNothingLeft('test');
  });

  /** That a processor prints no more than a line a second for each of its parts, each of them `expected`. */
  async function expectFewLines(processor: Script, expected: RegExp): Promise<void> {
    await processor.waitForLine(expected);
    const before = processor.lines.length;
    await sleep(SECONDS * 1000);
    expect(processor.lines.length - before).to.be.at.most(PARTS * (SECONDS + 1));
    expect(processor.lines.filter((line) => !expected.test(line))).to.deep.equal([]);
  }

  it('ask once a second while a key of another type stands in the place of the markers, then go on', async () => {
    await redis().ask('set', 'q:test:jobs', 'text');
    const processor = startProcessor();
    await expectFewLines(processor, /^Queue error: .*WRONGTYPE/);
    await redis().ask('del', 'q:test:jobs');
    await create('test', ['quick', 'quick']);
    await processor.waitForLine(/^began/, 2);
  });

  it('ask once a second while their user may not wait for jobs, then go on', async function () {
    const { port, ask } = redis();
    const user = await ask('acl', 'setuser', 'worker', 'on', '>pass', '~*', '&*', '+@all', '-blpop').catch(() => null);
    if (user === null) this.skip(); // Redis 5 has no users, 6.0 no & for channels
    const processor = startProcessor({ REDIS_URL: `redis://worker:pass@127.0.0.1:${port}` });
    await expectFewLines(processor, /^Queue error: .*blpop/);
    await create('test', ['quick', 'quick']);
    await processor.waitForLine(/^began/, 2); // found without waiting for its marker
    await ask('acl', 'setuser', 'worker', '+blpop');
    await create('test', ['quick', 'quick']);
    await processor.waitForLine(/^began/, 4);
  });

  it('say once that their Redis is a replica, and go on within 5 s when it is none any more', async () => {
    await redis().ask('replicaof', '127.0.0.1', await freePort());
    const processor = startProcessor();
    await processor.waitForLine(/^Redis client not connected to the server: .*READONLY/);
    await sleep(SECONDS * 1000);
    expect(processor.lines).to.have.length(1);
    await redis().ask('replicaof', 'no', 'one');
    const start = performance.now();
    await create('test', ['quick']);
    await processor.waitForLine('began 1');
    expect(performance.now() - start).to.be.below(5000);
  });
});
