// Which requests are made by another site's page, and which by a user of this machine.
import { expect } from 'chai';
import { useServer } from '../../support/server';
import { useRedis } from '../../support/useRedis';

describe('lib/server/sameOrigin', () => {
  const redis = useRedis();
  const server = useServer('9-stock.ts', redis);
  const status = async (headers: Record<string, string>) => (await server().get('/list_products', { headers })).status;

  it('refuses names and ports that are not its own', async () => {
    for (const host of ['attacker.example', '127.0.0.1.attacker.example', 'localhost:1', 'localhost.']) {
      expect(await status({ host }), host).to.equal(403);
    }
  });

  it('refuses pages of other sites and of other ports of this machine', async () => {
    for (const site of ['cross-site', 'same-site', '?'])
      expect(await status({ 'sec-fetch-site': site }), site).to.equal(403);
    for (const origin of ['http://attacker.example', 'http://localhost:1', 'null']) {
      expect(await status({ origin }), origin).to.equal(403);
    }
  });

  it('answers by any name of this machine, typed or from its own page', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]']) {
      for (const host of [name, `${name}:${server().port}`]) expect(await status({ host }), host).to.equal(200);
    }
    for (const site of ['none', 'same-origin']) expect(await status({ 'sec-fetch-site': site }), site).to.equal(200);
    const host = `localhost:${server().port}`;
    expect(await status({ host, origin: `http://${host}` })).to.equal(200);
  });
});
