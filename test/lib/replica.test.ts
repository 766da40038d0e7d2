// A failover that leaves the old connections open: the primary becomes a replica, and its service address leads to another.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { notifications, privateJobs } from '../support/jobs';
import { type PrivateRedis, privateRedis } from '../support/privateRedis';
import { type RedisProxy, startProxy } from '../support/proxy';
import { type Answer, startServer } from '../support/server';

const TYPE = 'push_notification_code_2';
const JOBS = 300;
const NOT_CONNECTED = /^Redis client not connected to the server: .*READONLY/;

describe('lib/createClient: a primary that becomes a replica', function () {
  this.timeout(60_000);
  const first = privateRedis('--repl-diskless-sync-delay', '0');
  const { redis: second, untilEnded, expectNothingLeft } = privateJobs();
  let proxy: RedisProxy;

  beforeEach(async () => {
    proxy = await startProxy(first().port);
    await second().ask('replicaof', '127.0.0.1', first().port);
    while (!String(await second().ask('role')).includes('connected')) await sleep(20);
  });
  afterEach(() => proxy.close());

  const demoteFirst = () => first().ask('replicaof', '127.0.0.1', second().port);
  async function promoteSecond(): Promise<void> {
    await second().ask('replicaof', 'no', 'one');
    proxy.target = second().port;
  }

  /** Resolves once a worker waits for a marker. */
  async function untilBlocked(redis: PrivateRedis): Promise<void> {
    while (!/blocked_clients:[1-9]/.test(String(await redis.ask('info', 'clients')))) await sleep(20);
  }

  /** That `scripts` are connected again within 5 s, and have said so in one line each time, and nothing else. */
  async function expectToGoOn(scripts: readonly Script[]): Promise<void> {
    const start = performance.now();
    await Promise.all(scripts.map((script) => script.waitForLine('Redis client connected to the server')));
    expect(performance.now() - start).to.be.below(5000);
    for (const script of scripts) {
      expect(script.lines.filter((line) => line.startsWith('Redis client not connected'))).to.have.length(1);
      expect(script.lines.filter((line) => line === 'Redis client connected to the server')).to.have.length(1);
      expect(script.lines.filter((line) => /error/i.test(line) && !NOT_CONNECTED.test(line))).to.deep.equal([]);
      expect(script.ended).to.equal(false);
    }
  }

  it('is left by processors and creators, with a line each; no job is lost', async () => {
    const list = JSON.stringify(notifications(JOBS));
    const before = Script.file('test/support/createJobs.ts', proxy.url, {}, [TYPE, list]);
    while (Number(await second().ask('zcard', 'q:jobs')) < JOBS) await sleep(20);
    const processors = [1, 2].map(() => Script.task('7-job_processor.ts', proxy.url));
    await Promise.race(processors.map((script) => script.waitForLine(/^Sending/)));
    await demoteFirst();
    const later = Script.task('7-job_creator.ts', proxy.url);
    await Promise.all([...processors, later].map((script) => script.waitForLine(NOT_CONNECTED)));
    await promoteSecond();
    await expectToGoOn([...processors, later]);
    await before.waitForLine(/^completed/, JOBS);
    await later.waitForLine(/^Notification job #\d+ completed/, 9);
    await later.waitForLine(/^Notification job #\d+ failed/, 2);
    await untilEnded(TYPE, JOBS + 11);
    await expectNothingLeft(TYPE);
  });

  it('is left by all connections of a process at once, also by those that ask for nothing at that moment', async () => {
    const list = JSON.stringify([{ wait: 4000 }, { wait: 4000 }]);
    const creator = Script.file('test/support/createJobs.ts', proxy.url, {}, ['test', list]);
    await creator.waitForLine(/^created/, 2);
    const processor = Script.file('test/support/processor.ts', proxy.url);
    await processor.waitForLine(/^began/, 2);
    while (Number(await second().ask('zcard', 'q:jobs:active')) < 2) await sleep(20); // replicas are told a moment later
    await demoteFirst();
    await promoteSecond();
    await untilEnded('test', 2);
    await untilBlocked(second()); // the workers wait for markers, on connections of their own
    await expectToGoOn([processor]);
  });

  it('is left by a creator that only waits for the end of its job, though it hears of nothing any more', async () => {
    const creator = Script.file('test/support/createJobs.ts', proxy.url, {}, ['test', '["quick"]']);
    await creator.waitForLine('created 1');
    while (Number(await second().ask('zcard', 'q:jobs:inactive')) < 1) await sleep(20);
    await promoteSecond();
    await first().ask('replicaof', '127.0.0.1', 1);
    const start = performance.now();
    Script.file('test/support/processor.ts', second().url);
    await creator.waitForLine('completed 1');
    expect(performance.now() - start).to.be.below(10_000);
  });

  it('is left by all connections of a process when one has reached the next primary', async () => {
    const creator = Script.file('test/support/createJobs.ts', proxy.url, {}, ['test', '["hold"]']);
    await creator.waitForLine('created 1');
    await promoteSecond();
    const before = proxy.accepted;
    Object.defineProperty(proxy, 'target', { get: () => (proxy.accepted === before + 2 ? first() : second()).port });
    proxy.disconnect();
    const heard = async () => Number(await second().ask('publish', 'q:events', ''));
    while ((await heard()) < 1) await sleep(20);
    await creator.waitForLine('Redis client connected to the server');
    expect(creator.lines.filter((line) => line.startsWith('Redis client'))).to.have.length(2);
  });

  it('passes messages on to a subscriber that stays there', async () => {
    const subscriber = Script.task('5-subscriber.ts', proxy.url);
    while (!(await first().ask('publish', 'holberton school channel', 'before'))) await sleep(20);
    await promoteSecond();
    await demoteFirst();
    while (!String(await first().ask('role')).includes('connected')) await sleep(20);
    await second().ask('publish', 'holberton school channel', 'after');
    await subscriber.waitForLine('after');
    expect(subscriber.lines.filter((line) => NOT_CONNECTED.test(line))).to.deep.equal([]);
  });

  it('is left by a server that is asked, without a pause, only for what a replica answers, too', async () => {
    const server = await startServer('9-stock.ts', proxy.url);
    await promoteSecond();
    await first().ask('replicaof', '127.0.0.1', 1);
    let isLeft = false;
    const start = performance.now();
    server.script.waitForLine(NOT_CONNECTED).then(() => {
      isLeft = true;
    });
    const ask = async () => {
      while (!isLeft) await server.get('/list_products/1');
    };
    await Promise.all(Array.from({ length: 20 }, ask));
    expect(performance.now() - start).to.be.below(10_000);
  });

  it('is left when it can be written to, too', async () => {
    await first().ask('config', 'set', 'replica-read-only', 'no');
    const script = Script.task('0-redis_client.ts', proxy.url);
    await script.waitForLine('Redis client connected to the server');
    await demoteFirst();
    await script.waitForLine(NOT_CONNECTED);
  });

  it('is left by a user who may use some keys only', async function () {
    for (const ask of [first().ask, second().ask]) {
      const user = await ask('acl', 'setuser', 'ann', 'on', '>pass', '~item.*', '+@all').catch(() => null);
      if (user === null) this.skip(); // Redis 5 has no users
    }
    const script = Script.task('0-redis_client.ts', proxy.url.replace('//', '//ann:pass@'));
    await script.waitForLine('Redis client connected to the server');
    await demoteFirst();
    await script.waitForLine(NOT_CONNECTED);
  });

  it('is left when it does not answer any more and closes nothing, as after a loss of power', async () => {
    const processor = Script.task('7-job_processor.ts', proxy.url);
    await untilBlocked(first());
    const server = await startServer('100-seat.ts', proxy.url);
    const subscriber = Script.task('5-subscriber.ts', proxy.url);
    await server.get('/process');
    while (!(await first().ask('publish', 'holberton school channel', 'before'))) await sleep(20);
    first().process.kill('SIGSTOP');
    await promoteSecond();
    const creator = Script.task('7-job_creator.ts', proxy.url);
    const start = performance.now();
    await creator.waitForLine(/^Notification job #\d+ completed/, 9);
    while ((await server.get('/reserve_seat')).status !== 200) await sleep(20);
    await server.script.waitForLine(/completed/);
    while (!(await second().ask('publish', 'holberton school channel', 'after'))) await sleep(20);
    await subscriber.waitForLine('after');
    expect(performance.now() - start).to.be.below(10_000);
    expect(processor.ended).to.equal(false);
  });

  for (const [file, path] of Object.entries({ '9-stock.ts': '/reserve_product/2', '100-seat.ts': '/reserve_seat' })) {
    it(`is left by ${file}, with a line a second at most; answers are 200, 409 and 503 only`, async () => {
      const server = await startServer(file, proxy.url);
      const answers: Answer[] = [];
      const askUntil = async (...wanted: number[]) => {
        for (;;) {
          const answer = await server.get(path);
          answers.push(answer);
          if (wanted.includes(answer.status)) return;
          await sleep(20);
        }
      };
      if (file === '100-seat.ts') await server.get('/process');
      await askUntil(200);
      await demoteFirst();
      const start = performance.now();
      await askUntil(503);
      while (performance.now() - start < 2500) await askUntil(503);
      await promoteSecond();
      const promoted = performance.now();
      await askUntil(200);
      expect(performance.now() - promoted).to.be.below(5000);

      const refusals = server.script.lines.filter((line) => NOT_CONNECTED.test(line)).length;
      expect(refusals).to.be.within(1, 1 + (promoted - start) / 1000);
      expect(server.script.lines.filter((line) => line === 'Redis client connected to the server')).to.have.length(2);
      expect(answers.filter(({ status }) => ![200, 409, 503].includes(status))).to.deep.equal([]);
      if (file === '100-seat.ts')
        await untilEnded('reserve_seat', answers.filter(({ status }) => status === 200).length);
    });
  }
});

describe('lib/job: a next primary that has not heard of the last ids', () => {
  const { redis, create, expectConsistent } = privateJobs();

  it('gives no new job the id of another', async () => {
    const before = await create('push_notification_code', notifications(3));
    await redis().ask('del', 'q:ids');
    const after = await create(TYPE, notifications(3));
    expect(await redis().ask('zcard', 'q:jobs')).to.equal(6);
    Script.task('6-job_processor.ts', redis().url);
    Script.task('7-job_processor.ts', redis().url);
    await Promise.all([before, after].map((creator) => creator.waitForLine(/^completed/, 3)));
    await expectConsistent();
  });

  it('gives a new job the next free id after a few tries, however many are taken', async () => {
    await redis().ask('eval', "for id = 1, 5000 do redis.call('HSET', 'q:job:' .. id, 'created_at', 1) end", '0');
    await create('test', ['quick']);
    const calls = [...String(await redis().ask('info', 'commandstats')).matchAll(/cmdstat_incr(?:by)?:calls=(\d+)/g)];
    expect(calls.reduce((sum, [, count]) => sum + Number(count), 0)).to.be.below(20);
  });

  it('gives no new job the id of another that was created in the same ms', async () => {
    const run = () =>
      Script.file('test/support/createJobs.ts', redis().url, { NOW: '1' }, ['test', '["quick"]']).waitForLine(
        /^created/,
      );
    await run();
    await redis().ask('del', 'q:ids');
    await run();
    expect(await redis().ask('zcard', 'q:jobs')).to.equal(2);
  });
});
