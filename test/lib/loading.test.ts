// A Redis that loads its data, as after a full synchronization, answers on the connections that it has: it is away.
import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { type PrivateRedis, privateRedis } from '../support/privateRedis';
import { startServer } from '../support/server';

const [, version] = /v=(\d+)/.exec(`${spawnSync('redis-server', ['--version']).stdout}`) ?? [];
const JOBS = 2000;
const FILL = "for id = 1, 1000 do redis.call('SET', 'filled.' .. id, string.rep('x', 200)) end";

// Older ones can't be made slow.
(Number(version) < 7 ? describe.skip : describe)('a Redis that loads its data', () => {
  const redis = privateRedis('--enable-debug-command', 'yes');

  /** Has Redis load its data for three seconds, answering meanwhile. */
  async function load({ ask }: PrivateRedis): Promise<void> {
    await ask('eval', FILL, 0);
    await ask('config', 'set', 'key-load-delay', 3000);
    await ask('config', 'set', 'loading-process-events-interval-bytes', 1024);
    await ask('debug', 'reload');
  }

  it('is away for the servers: 503, then they serve again', async () => {
    const server = await startServer('9-stock.ts', redis().url);
    const loading = load(redis());
    const statuses = new Set<number>();
    while (!statuses.has(503)) statuses.add((await server.get('/list_products/1')).status);
    await loading;
    while ((await server.get('/reserve_product/1')).status === 503);
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).to.deep.equal([]);
    expect(await redis().ask('get', 'item.1')).to.equal('1');
  });

  it('is asked once a second whether it has loaded them, with a line that says so', async () => {
    const server = await startServer('9-stock.ts', redis().url);
    const infos = async () =>
      Number(/cmdstat_info:calls=(\d+)/.exec(String(await redis().ask('info', 'commandstats')))?.[1]);
    const before = await infos();
    const loading = load(redis());
    while ((await server.get('/list_products/1')).status !== 503);
    await loading;
    await server.script.waitForLine('Redis client connected to the server', 2);
    expect((await infos()) - before).to.be.below(10);
    expect(server.script.lines.filter((line) => /not connected .*LOADING/.test(line))).to.have.length.within(2, 6);
  });

  it('is away for processors: one line when it goes, and one when it is back', async () => {
    const creator = Script.task('6-job_creator.ts', redis().url);
    await creator.waitForLine('Notification job created: 1');
    const processor = Script.task('6-job_processor.ts', redis().url);
    await creator.waitForLine('Notification job completed');
    await load(redis());
    await processor.waitForLine('Redis client connected to the server');
    const next = Script.task('6-job_creator.ts', redis().url);
    await next.waitForLine('Notification job completed');
    expect(processor.lines.filter((line) => /error/i.test(line) && !/LOADING/.test(line))).to.deep.equal([]);
    expect(processor.lines.filter((line) => line.startsWith('Redis client'))).to.have.length(2);
  });

  it('is away for creators: each job is created once', async () => {
    const list = JSON.stringify(Array(JOBS).fill('quick'));
    const creator = Script.file('test/support/createJobs.ts', redis().url, {}, ['test', list]);
    await creator.waitForLine(/^created/);
    await load(redis());
    await creator.waitForLine(/^(not )?created/, JOBS);
    expect(creator.lines.filter((line) => line.startsWith('not created'))).to.deep.equal([]);
    await creator.waitForLine('Redis client connected to the server');
    expect(creator.lines.filter((line) => line.startsWith('Redis client'))).to.have.length(2);
    expect(await redis().ask('zcard', 'q:jobs:test:inactive')).to.equal(JOBS);
  });
});
