import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { courseLines } from './support/itOutlivesRedis';
import { itServesJson } from './support/itServesJson';
import { OUTAGES } from './support/outages';
import { privateRedis } from './support/privateRedis';
import { type Answer, concurrentClients, countByStatus, curlSession, startServer } from './support/server';

const STOCKS = { 1: 4, 2: 10, 3: 2, 4: 5 };

describe('9-stock', () => {
  const redis = privateRedis('--appendonly', 'yes', '--appendfsync', 'always');

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
    expect(courseLines(server)).to.deep.equal(['Redis client connected to the server']);
  });

  it('keeps what is reserved when it is started again', async () => {
    const before = await startServer('9-stock.ts', redis().url);
    await before.get('/reserve_product/3');
    await before.script.stop();
    const after = await startServer('9-stock.ts', redis().url);
    expect(await after.get('/list_products/3')).to.deep.include({
      status: 200,
      body: { itemId: 3, itemName: 'Suitcase 650', price: 350, initialAvailableQuantity: 2, currentQuantity: 1 },
    });
  });

  for (const count of [1, 3]) {
    it(`sells what there is to 200 at once of each product, over ${count} of it, twenty times`, async () => {
      const servers = await Promise.all(Array.from({ length: count }, () => startServer('9-stock.ts', redis().url)));
      const clients = servers.map((server, n) => concurrentClients(server, Math.ceil((200 - n) / count)));
      for (let round = 1; round <= 20; round++) {
        await redis().ask('del', 'item.1', 'item.2', 'item.3', 'item.4');
        for (const [id, stock] of Object.entries(STOCKS)) {
          const answers = (await Promise.all(clients.map((ask) => ask(`/reserve_product/${id}`)))).flat();
          expect(countByStatus(answers), `round ${round}, item ${id}`).to.deep.equal({
            '200 Reservation confirmed': stock,
            '409 Not enough stock available': 200 - stock,
          });
          expect(await redis().ask('get', `item.${id}`)).to.equal(`${stock}`);
        }
      }
    });
  }

  itServesJson('9-stock.ts', redis, { '/list_products/1': undefined, '/reserve_product/1': undefined });

  it('knows no product by an id that is not a whole number written plainly, or malformed', async () => {
    const server = await startServer('9-stock.ts', redis().url);
    const ids = [
      '1abc',
      '01',
      '1.0',
      '1.5',
      '0x1',
      '%201',
      '1%20',
      '+1',
      '-1',
      '1e0',
      '0',
      '5',
      '__proto__',
      'constructor',
    ];
    for (const id of [...ids, '%31%00', '٣', '9007199254740993', '1'.repeat(4000)]) {
      for (const route of ['/list_products/', '/reserve_product/']) {
        expect(await server.get(route + encodeURI(decodeURI(id))), id).to.deep.include({
          status: 404,
          body: { status: 'Product not found' },
        });
      }
    }
    expect(await redis().ask('keys', 'item.*')).to.deep.equal([]);
    expect(await server.get('/list_products/%E0%A4%A')).to.deep.include({ status: 404, body: { status: 'Not found' } });
  });

  it('goes on listing the products while Redis is away', async () => {
    const server = await startServer('9-stock.ts', redis().url);
    await redis().kill();
    expect((await server.get('/reserve_product/1')).status).to.equal(503);
    expect(await server.curl('/list_products')).to.equal(curlSession('/list_products'));
  });

  it('does nothing later for a request that failed while Redis hung', async () => {
    const server = await startServer('9-stock.ts', redis().url);
    redis().process.kill('SIGSTOP');
    const answers = await Promise.all(Array.from({ length: 50 }, () => server.get('/reserve_product/2')));
    expect(countByStatus(answers)).to.deep.equal({ '503 Service unavailable': 50 });
    redis().process.kill('SIGCONT');
    await server.script.waitForLine('Redis client connected to the server', 2);
    expect(await redis().ask('get', 'item.2')).to.equal(null);
  });

  for (const { outage, begin, end } of OUTAGES) {
    it(`sells each piece once, and loses none that it confirmed, when Redis is ${outage} under load`, async () => {
      const server = await startServer('9-stock.ts', redis().url);
      for (const before of [1, 7, 14]) {
        await redis().ask('del', 'item.1', 'item.2', 'item.3', 'item.4');
        const answers: Answer[] = [];
        const counted = (status: number) => answers.filter((answer) => answer.status === status).length;
        const buyOne = async (id: string) => {
          const answer = await server.get(`/reserve_product/${id}`);
          answers.push(answer);
          if (answer.status === 200 && counted(200) === before) await begin(redis());
          if (answer.status === 503 && counted(503) === 20) await end(redis());
          if (answer.status === 503) await sleep(20); // as a customer would
          return answer.status;
        };
        const buyAll = async () => {
          for (const id of Object.keys(STOCKS)) while ((await buyOne(id)) !== 409);
        };
        await Promise.all(Array.from({ length: 10 }, buyAll));

        expect(countByStatus(answers)).to.have.all.keys(
          '200 Reservation confirmed',
          '409 Not enough stock available',
          '503 Service unavailable',
        );
        expect(Math.max(...answers.map(({ ms }) => ms))).to.be.below(1000);
        for (const [id, stock] of Object.entries(STOCKS)) {
          expect(await redis().ask('get', `item.${id}`)).to.equal(`${stock}`);
          const confirmed = answers.filter(({ status, body }) => status === 200 && Object(body).itemId === Number(id));
          expect(confirmed.length).to.be.at.most(stock);
        }
        // Of the ten that were under way at that moment, some may have been done without an answer.
        const total = Object.values(STOCKS).reduce((sum, stock) => sum + stock);
        expect(counted(200)).to.be.at.least(total - 10);
      }
    });
  }
});
