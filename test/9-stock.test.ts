import { expect } from 'chai';
import { privateRedis } from './support/privateRedis';
import { curlSession, startServer } from './support/server';

describe('9-stock', () => {
  const redis = privateRedis();

  it('answers the curl calls of its session', async () => {
    const server = await startServer('9-stock.ts', redis().url);
    for (const path of [
      '/list_products',
      '/list_products/1',
      '/list_products/12',
      '/reserve_product/12',
      '/reserve_product/1',
    ]) {
      expect(await server.curl(path)).to.equal(curlSession(path));
    }
    for (const path of Array(3).fill('/reserve_product/1')) await server.curl(path);
    expect(await server.curl('/reserve_product/1')).to.equal(curlSession('/reserve_product/1', 2));
    expect(server.script.lines).to.deep.equal(['Redis client connected to the server']);
  });

  it('keeps what is reserved when it is started again', async () => {
    const before = await startServer('9-stock.ts', redis().url);
    await before.get('/reserve_product/3');
    await before.script.stop();
    const after = await startServer('9-stock.ts', redis().url);
    const { status, body } = await after.get('/list_products/3');
    expect({ status, body }).to.deep.equal({
      status: 200,
      body: { itemId: 3, itemName: 'Suitcase 650', price: 350, initialAvailableQuantity: 2, currentQuantity: 1 },
    });
  });
});
