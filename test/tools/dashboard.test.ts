// npm run dashboard.
import { expect } from 'chai';
import { freePort, type RedisServer, startRedis } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';

const HTML = '<img src=x onerror=alert(1)>&lt;{0}';

describe('npm run dashboard', () => {
  let redis: RedisServer;
  let dashboard: Script;
  let port: number;
  const get = (path: string, options?: RequestInit) => fetch(new URL(path, `http://127.0.0.1:${port}/`), options);
  const json = async (path: string) => (await get(path)).json();

  const post = (body: string) => get('/job', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const create = async (job: object) => (await (await post(JSON.stringify(job))).json()).id;

  before(async () => {
    redis = await startRedis();
    port = await freePort();
    dashboard = Script.task('tools/dashboard.ts', redis.url, { PORT: `${port}` });
    await dashboard.waitForLine(`Kue's dashboard: http://127.0.0.1:${port}`);
    while ((await get('/stats')).status === 503);
  });
  after(async () => {
    expect(await dashboard.stop()).to.equal(0);
    await redis.stop();
  });

  it('shows the jobs of each state, and all that its pages need is there', async () => {
    await create({ type: 'a type' });
    expect(await json('/stats')).to.include({ inactiveCount: 1, activeCount: 0 });
    for (const state of ['', 'active', 'inactive', 'failed', 'complete', 'delayed']) {
      const source = await (await get(`/${state}`)).text();
      const assets = [...source.matchAll(/<(?:script|link|img)[^>]+(?:src|href)=["']([^"']+)["']/g)];
      expect(assets, state).to.have.length.above(3);
      for (const [, asset = ''] of assets) expect((await get(asset)).status, asset).to.equal(200);
    }
  });

  it('has no HTML of a job in what its page inserts, and looks as if it had', async () => {
    const id = await create({ type: HTML, data: { title: HTML, [HTML]: HTML } });
    for (const path of ['/jobs/inactive/0..100/asc', `/job/${id}`, '/job/types']) {
      const source = await (await get(path)).text();
      expect(source, path).to.not.match(/<[a-z]|&l|\{\w/);
      expect(source.replaceAll('\u2060', ''), path).to.include(HTML);
    }
  });

  it('answers a job that is none with an error, the page of another site with 403, and goes on', async () => {
    for (const body of ['{', '[null]', '{"type":"a","options":{"ttl":{"toString":1}}}']) {
      expect((await post(body)).status, body).to.equal(500);
    }
    expect((await get('/stats', { headers: { 'sec-fetch-site': 'cross-site' } })).status).to.equal(403);
    expect((await get('/stats')).status).to.equal(200);
  });
});
