// npm run dashboard.
import { request } from 'node:http';
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

  /** Creates a job. Resolves to its id. */
  async function create(job: object): Promise<number> {
    const headers = { 'content-type': 'application/json' };
    return (await (await get('/job', { method: 'POST', headers, body: JSON.stringify(job) })).json()).id;
  }

  before(async () => {
    redis = await startRedis();
    port = await freePort();
    dashboard = Script.file('src/tools/dashboard.ts', redis.url, { PORT: `${port}` });
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

  for (const [what, data, title] of [
    [
      'of the course by its number and message',
      { phoneNumber: '4153518780', message: 'The code' },
      '4153518780: The code',
    ],
    ['without data by its type', undefined, 'a type'],
    ['with a title by that', { title: 'its title' }, 'its title'],
    ['whose data is a text by its type', 'some words', 'a type'],
  ] as const) {
    it(`names a job ${what}`, async () => {
      expect((await json(`/job/${await create({ type: 'a type', data })}`)).data.title).to.equal(title);
    });
  }

  it('has no HTML of a job in what its page inserts, and looks as if it had', async () => {
    const id = await create({ type: HTML, data: { title: HTML, [HTML]: HTML } });
    for (const path of ['/jobs/inactive/0..100/asc', `/job/${id}`, '/job/types']) {
      const source = await (await get(path)).text();
      expect(source, path).to.not.match(/<[a-z]|&l|\{\w/);
      expect(source.replaceAll('\u2060', ''), path).to.include(HTML);
    }
  });

  it('answers a job that is none with an error, and goes on', async () => {
    for (const body of ['{', '[null]', '{"type":"a","options":{"ttl":{"toString":1}}}']) {
      const headers = { 'content-type': 'application/json' };
      expect((await get('/job', { method: 'POST', headers, body })).status, body).to.equal(500);
    }
    expect((await get('/stats')).status).to.equal(200);
  });

  for (const [who, headers, status] of [
    ['another name for this machine (DNS rebinding)', { host: 'example.com' }, 403],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of another site in an old browser', { origin: 'http://example.com' }, 403],
    ['its own page', { 'sec-fetch-site': 'same-origin' }, 200],
  ] as const) {
    it(`answers ${who} with ${status}`, (done) => {
      const sent = request({ host: '127.0.0.1', port, path: '/stats', headers }).end();
      sent.on('response', (response) => done(response.resume().statusCode === status ? null : response.statusCode));
    });
  }

  it('says that Redis is away, and goes on when it is back', async () => {
    await redis.kill();
    await dashboard.waitForLine(/^Redis client not connected to the server: .*/);
    expect([(await get('/')).status, await json('/stats')]).to.deep.equal([
      503,
      { error: 'Redis is not connected: start it with "npm run redis"' },
    ]);
    await redis.start();
    await dashboard.waitForLine('Redis client connected to the server');
    expect((await get('/')).status).to.equal(200);
  });
});
