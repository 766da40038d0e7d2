import { expect } from 'chai';
import { itServesJson } from './support/itServesJson';
import { CONNECTED, countAnswers, courseLines, curlSession, startServer, useServer } from './support/server';
import { useRedis } from './support/useRedis';

const STOCKS = { 1: 4, 2: 10, 3: 2, 4: 5 };

describe('9-stock', () => {
  const redis = useRedis();
  const server = useServer('9-stock.ts', redis);

  it('answers the curl calls of its session', async () => {
    for (const path of [
      '/list_products',
      '/list_products/1',
      '/list_products/12',
      '/reserve_product/12',
      '/reserve_product/1',
    ]) {
      expect(await server().curl(path)).to.equal(curlSession(path));
    }
    await server().getAll('/reserve_product/1', 3);
    expect(await server().curl('/reserve_product/1')).to.equal(curlSession('/reserve_product/1', 2));
    expect(courseLines(server())[0]).to.equal(CONNECTED);
  });

  it('answers with whole bodies and the status codes that HTTP has for them', async () => {
    const item = { itemId: 3, itemName: 'Suitcase 650', price: 350, initialAvailableQuantity: 2 };
    for (const [path, status, body] of [
      ['/list_products/3', 200, { ...item, currentQuantity: 2 }],
      ['/reserve_product/3', 200, { status: 'Reservation confirmed', itemId: 3 }],
      ['/list_products/3', 200, { ...item, currentQuantity: 1 }],
      ['/reserve_product/3', 200, { status: 'Reservation confirmed', itemId: 3 }],
      ['/reserve_product/3', 409, { status: 'Not enough stock available', itemId: 3 }],
      ['/list_products/3', 200, { ...item, currentQuantity: 0 }],
      ['/reserve_product/5', 404, { status: 'Product not found' }],
    ] as const) {
      expect(await server().get(path), path).to.deep.include({ status, body });
    }
    expect(await redis().send('get', 'item.3')).to.equal('2');
  });

  it('keeps what is reserved when it is started again', async () => {
    await redis().send('set', 'item.2', 9);
    const second = await startServer('9-stock.ts', redis().url);
    const answers = [await second.get('/reserve_product/2'), await second.get('/reserve_product/2')];
    expect(countAnswers(answers)).to.deep.equal({
      '200 Reservation confirmed': 1,
      '409 Not enough stock available': 1,
    });
  });

  for (const count of [1, 3]) {
    it(`sells exactly what there is to 200 requests at once for each product, over ${count} of it`, async () => {
      const others = Array.from({ length: count - 1 }, () => startServer('9-stock.ts', redis().url));
      const servers = [server(), ...(await Promise.all(others))];
      for (let round = 1; round <= 3; round++) {
        await redis().send('del', 'item.1', 'item.2', 'item.3', 'item.4');
        for (const [id, stock] of Object.entries(STOCKS)) {
          const shares = servers.map(({ getAll }, n) => getAll(`/reserve_product/${id}`, Math.ceil((200 - n) / count)));
          expect(countAnswers((await Promise.all(shares)).flat()), `round ${round}, item ${id}`).to.deep.equal({
            '200 Reservation confirmed': stock,
            '409 Not enough stock available': 200 - stock,
          });
          expect(await redis().send('get', `item.${id}`)).to.equal(`${stock}`);
        }
      }
    });
  }

  it('knows no product by an id that is not a whole number written plainly', async () => {
    const ids = [
      '1abc',
      '01',
      '1.0',
      '0x1',
      '%201',
      '1%20',
      '+1',
      '-1',
      '1e0',
      '0',
      '5',
      '__proto__',
      '1'.repeat(4000),
    ];
    for (const id of ids) {
      for (const route of ['/list_products/', '/reserve_product/']) {
        const answer = await server().get(route + id);
        expect(answer, id).to.deep.include({ status: 404, body: { status: 'Product not found' } });
      }
    }
    expect(await redis().send('keys', 'item.*')).to.deep.equal([]);
  });

  it('sells also when Redis has forgotten its scripts, as after a new start', async () => {
    await redis().send('script', 'flush');
    expect(countAnswers(await server().getAll('/reserve_product/3', 5))).to.deep.equal({
      '200 Reservation confirmed': 2,
      '409 Not enough stock available': 3,
    });
  });

  itServesJson(server, redis, ['/list_products/1', '/reserve_product/1'], 'item.1');
});
