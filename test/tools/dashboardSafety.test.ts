// npm run dashboard: whoever can put a job into Redis, or a page into the user's browser, gets nothing by it.
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { privateDashboard } from '../support/dashboard';

const HTML = '<img src=x onerror=alert(1)>&lt;{0}';
const JSON_TYPE = { 'content-type': 'application/json' };
const JOB = '{"type":"a type"}';
const ODD_JOB = '{"type":"a type","options":{"ttl":{"toString":1}}}';
const post = (body: string) => ({ method: 'POST', headers: JSON_TYPE, body });

describe('npm run dashboard, attacked', () => {
  const { redis, start } = privateDashboard();

  it('has no HTML in what its page inserts, and looks as if it had', async () => {
    const { create, get } = await start();
    await create({ type: HTML, data: { title: HTML, [HTML]: HTML } });
    for (const field of ['error', 'state']) await redis().ask('hset', 'q:job:1', field, HTML);
    await redis().ask('rpush', 'q:job:1:log', HTML);
    for (const path of ['/jobs/inactive/0..10/asc', '/job/1', '/job/1/log', '/job/types']) {
      const source = await (await get(path)).text();
      expect(source, path).to.not.match(/<[a-z]|&l|\{\w/);
      expect(source.replaceAll('\u2060', ''), path).to.include(HTML);
    }
  });

  it('evaluates no field of a job', async () => {
    const { get } = await start();
    const file = join(tmpdir(), `queuing-evaluated-${process.pid}`);
    const backoff = `require('fs').writeFileSync(${JSON.stringify(file)}, '')`;
    for (const code of [backoff, `(() => process.getBuiltinModule?.('fs').writeFileSync('${file}', ''))()`]) {
      await get('/job', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'a type', options: { attempts: 3, backoff: code } }),
      });
    }
    await redis().ask('hset', 'q:job:1', 'backoff', backoff);
    for (const path of ['/job/1', '/job/2', '/inactive/1', '/jobs/0..9']) await (await get(path)).text();
    expect(existsSync(file)).to.equal(false);
  });

  it('removes no job that it can not read: it may be saved at that moment', async () => {
    const { get } = await start();
    await redis().ask('zadd', 'q:jobs:inactive', 0, '01|1');
    for (const path of ['/job/1', '/jobs/inactive/0..9/asc']) await (await get(path)).json();
    expect(await redis().ask('zcard', 'q:jobs:inactive')).to.equal(1);
  });

  it('shows a job whose type is empty', async () => {
    const { get } = await start();
    await Script.file('test/support/createJobs.ts', redis().url, {}, ['', '[{}]']).waitForLine('created 1');
    for (let time = 0; time < 2; time++) expect(await (await get('/job/1')).json()).to.include({ id: 1, type: '' });
  });

  it('shows the other jobs beside those whose data is too deep', async () => {
    const { get, create } = await start();
    await create({ type: 'a type' });
    for (const [id, depth] of [1500, 2500, 100_000].entries()) {
      const data = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      await redis().ask('hset', `q:job:${id + 2}`, 'type', 'a type', 'data', data);
      await redis().ask('zadd', 'q:jobs:inactive', 0, `01|${id + 2}`);
    }
    const jobs = await (await get('/jobs/inactive/0..9/asc')).json();
    expect(jobs.map(({ id }: { id: number }) => id)).to.deep.equal([1, 2, 3, 4]);
    expect(jobs[3].data).to.deep.equal({ title: 'This job is nested too deep to be shown' });
  });

  for (const [what, path, options, status] of [
    ['a search', '/job/search?q=foo', {}, 200],
    ['two jobs', '/job', post(`[${JOB},${JOB}]`), 200],
    ['a job that is no JSON', '/job', post('{'), 400],
    ['options that are none', '/job', post(ODD_JOB), 400],
    ['options that are none behind a job', '/job', post(`[${JOB},${ODD_JOB}]`), 400],
    ['a null behind a job', '/job', post(`[${JOB},null]`), 400],
    ['thousands of jobs without a type', '/job', post(`[${JOB}${',0'.repeat(40_000)}]`), 400],
    ['no job at all', '/job', { method: 'POST' }, 400],
  ] as const) {
    it(`answers ${what} in JSON, without a line`, async () => {
      const { get, script } = await start();
      const answer = await get(path, options);
      expect([answer.status, typeof (await answer.json())]).to.deep.equal([status, 'object']);
      expect((await get('/stats')).status).to.equal(200);
      expect(script.lines).to.have.length(1);
    });
  }

  for (const [who, headers, status] of [
    ['another name for this machine (DNS rebinding)', { host: 'example.com' }, 403],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of another port', { 'sec-fetch-site': 'same-site' }, 403],
    ['a page of another site in an old browser', { origin: 'http://example.com' }, 403],
    ['its own page', { 'sec-fetch-site': 'same-origin' }, 200],
    ['a URL that was typed', { 'sec-fetch-site': 'none' }, 200],
  ] as const) {
    it(`answers ${who} with ${status}`, async () => {
      const { port } = await start();
      const sent = request({ host: '127.0.0.1', port, path: '/stats', headers }).end();
      const body = await new Promise<string>((resolve, reject) => {
        sent.on('response', (response) => {
          expect(response.statusCode).to.equal(status);
          text(response).then(resolve, reject);
        });
      });
      if (status === 403)
        expect(body).to.equal(
          `Only this machine's user may see this: type http://127.0.0.1:${port} into the browser\n`,
        );
      else expect(JSON.parse(body)).to.include({ inactiveCount: 0 });
    });
  }
});
