// What is tested of both servers: other people's web pages can't use them.
import { expect } from 'chai';
import type { PrivateRedis } from './privateRedis';
import { startServer } from './server';

/** Tests the server `file` by its `routes`, all of which answer 200. */
export function itRefusesForeignPages(file: string, redis: () => PrivateRedis, routes: readonly string[]): void {
  for (const [what, headers] of [
    ["a name that may be anybody's, as in DNS rebinding", { host: 'attacker.example' }],
    ['a name that begins like ours', { host: '127.0.0.1.attacker.example' }],
    ['another port', { host: 'localhost:1' }],
    ['an <img> on a foreign page', { 'sec-fetch-site': 'cross-site' }],
    ['a page on another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['a form on a foreign page, in an old browser', { origin: 'http://attacker.example' }],
  ] as const) {
    it(`refuses a request by ${what}`, async () => {
      const server = await startServer(file, redis().url);
      for (const path of ['/unknown', ...routes]) {
        const answer = await server.get(path, { headers });
        expect(answer, path).to.deep.include({ status: 403, body: { status: 'Forbidden' } });
      }
    });
  }

  it('answers a request by any name of this machine, typed or made by its own page', async () => {
    const server = await startServer(file, redis().url);
    const [aRoute = ''] = routes;
    for (const name of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]']) {
      for (const host of [name, `${name}:${server.port}`]) {
        expect((await server.get(aRoute, { headers: { host } })).status, host).to.equal(200);
      }
    }
    for (const site of ['none', 'same-origin']) {
      expect((await server.get(aRoute, { headers: { 'sec-fetch-site': site } })).status, site).to.equal(200);
    }
  });
}
