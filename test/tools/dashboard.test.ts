// npm run dashboard: what it shows.
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { privateDashboard } from '../support/dashboard';

const AWAY = 'Redis is not connected: start it with "npm run redis", then load this page again';
const html = { headers: { accept: 'text/html' } };

describe('npm run dashboard', () => {
  const { redis, start } = privateDashboard();

  it('shows the jobs of task 9, and all that its page asks for is there', async () => {
    const creator = Script.task('7-job_creator.ts', redis().url);
    const processor = Script.task('7-job_processor.ts', redis().url);
    await creator.waitForLine(/completed|failed/, 11);
    await processor.stop();
    const { get, script: dashboard } = await start();
    const stats = await (await get('/stats')).json();
    expect(stats).to.include({ completeCount: 9, failedCount: 2, activeCount: 0, inactiveCount: 0 });
    for (const state of ['active', 'inactive', 'failed', 'complete', 'delayed']) {
      const page = await get(`/${state}`);
      expect(page.status, state).to.equal(200);
      const source = await page.text();
      const assets = [...source.matchAll(/<(?:script|link|img)[^>]+(?:src|href)=["']([^"']+)["']/g)];
      expect(assets, state).to.have.length.above(3);
      for (const [, asset = ''] of assets) {
        const answer = await get(asset);
        expect(answer.status, asset).to.equal(200);
        if (!asset.endsWith('.css')) continue;
        for (const [, image = ''] of (await answer.text()).matchAll(/url\(["']?([^)"']+)["']?\)/g)) {
          expect((await get(image)).status, image).to.equal(200);
        }
      }
    }
    expect(await dashboard.stop()).to.equal(0);
  });

  it('opens on jobs that there are, with titles that say which', async () => {
    const { create, get } = await start();
    expect(new URL((await get('/')).url).pathname).to.equal('/active');
    await create({ type: 'a type', data: { phoneNumber: '4153518780', message: 'This is the code 1234' } });
    expect(new URL((await get('/')).url).pathname).to.equal('/inactive');
    const [job] = await (await get('/jobs/inactive/0..10/asc')).json();
    expect(job.data.title).to.equal('4153518780: This is the code 1234');
  });

  for (const [what, data, title] of [
    ['a job without data by its type', undefined, 'a type'],
    ['a job by its own title', { title: 'its title' }, 'its title'],
    ['odd data as JSON', { phoneNumber: { toString: 1 }, message: [2] }, '{"toString":1}: [2]'],
  ] as const) {
    it(`names ${what}`, async () => {
      const { create, get } = await start();
      await create({ type: 'a type', data });
      expect((await (await get('/job/1')).json()).data.title).to.equal(title);
    });
  }

  it('shows data that is a text as one', async () => {
    const { create, get } = await start();
    await create({ type: 'a type', data: 'some words' });
    expect((await (await get('/job/1')).json()).data).to.deep.equal({ data: 'some words', title: 'a type' });
  });

  it('says in one line, in the browser too, that Redis is away, and goes on when it is back', async () => {
    const { get, script: dashboard } = await start();
    await redis().kill();
    await dashboard.waitForLine(/^Redis client not connected to the server: .*/);
    const page = await get('/', html);
    expect([page.status, await page.text()]).to.deep.equal([503, `${AWAY}\n`]);
    expect(await (await get('/stats')).json()).to.deep.equal({ error: AWAY });
    await redis().start();
    await dashboard.waitForLine('Redis client connected to the server');
    expect((await get('/', html)).status).to.equal(200);
    expect(dashboard.lines).to.have.length(3);
  });

  it('starts without Redis, and says so in one line', async () => {
    await redis().kill();
    const { get, script: dashboard } = await start();
    await dashboard.waitForLine(/^Redis client not connected to the server: .*ECONNREFUSED/);
    expect((await get('/', html)).status).to.equal(503);
    expect(dashboard.lines).to.have.length(2);
  });

  it('says in one line that its port is taken, exit 1', async () => {
    const script = Script.file('src/tools/dashboard.ts', redis().url, { PORT: `${redis().port}` });
    expect(await script.exit()).to.equal(1);
    expect(script.lines).to.have.length(1);
    expect(script.lines[0]).to.match(/^Port \d+ can't be used/);
  });
});
