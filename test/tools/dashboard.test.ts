import { expect } from 'chai';
import { freePort } from '../../src/tools/redisServer';
import { Script } from '../../src/tools/script';
import { privateRedis } from '../support/privateRedis';

describe('npm run dashboard', () => {
  const redis = privateRedis();

  it('shows the jobs, and all that its page asks for is there', async () => {
    const creator = Script.task('7-job_creator.ts', redis().url);
    const processor = Script.task('7-job_processor.ts', redis().url);
    await creator.waitForLine(/completed|failed/, 11);
    await processor.stop();

    const port = await freePort();
    const dashboard = Script.file('src/tools/dashboard.ts', redis().url, { PORT: `${port}` });
    await dashboard.waitForLine(`Kue's dashboard: http://127.0.0.1:${port}`);
    const get = (path: string) => fetch(new URL(path, `http://127.0.0.1:${port}/`));

    const stats = await (await get('/stats')).json();
    expect(stats).to.include({ completeCount: 9, failedCount: 2, activeCount: 0, inactiveCount: 0 });
    for (const state of ['active', 'inactive', 'failed', 'complete', 'delayed']) {
      const page = await get(`/${state}`);
      expect(page.status, state).to.equal(200);
      const html = await page.text();
      const assets = [...html.matchAll(/<(?:script|link|img)[^>]+(?:src|href)=["']([^"']+)["']/g)];
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

  it('says in one line that there is no Redis, exit 1', async () => {
    await redis().kill();
    const dashboard = Script.file('src/tools/dashboard.ts', redis().url);
    expect(await dashboard.exit()).to.equal(1);
    expect(dashboard.lines).to.have.length(1);
    expect(dashboard.lines[0]).to.match(/ECONNREFUSED.*npm run redis/);
  });

  it('says in one line that its port is taken, exit 1', async () => {
    const dashboard = Script.file('src/tools/dashboard.ts', redis().url, { PORT: `${redis().port}` });
    expect(await dashboard.exit()).to.equal(1);
    expect(dashboard.lines).to.have.length(1);
    expect(dashboard.lines[0]).to.match(/^Port \d+ can't be used/);
  });
});
