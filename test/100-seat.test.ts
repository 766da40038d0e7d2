import { expect } from 'chai';
import { itServesJson } from './support/itServesJson';
import { startProxy } from './support/proxy';
import { countAnswers, courseLines, curlSession, type Server, startServer } from './support/server';
import { session } from './support/session';
import { until } from './support/until';
import { KEEPS_ALL, useRedis } from './support/useRedis';

describe('100-seat', () => {
  const redis = useRedis(...KEEPS_ALL);
  const start = () => startServer('100-seat.ts', redis().url);
  const ended = async (state: string) => Number(await redis().send('zcard', `q:jobs:reserve_seat:${state}`));
  const seats = async ({ get }: Server) => (await get('/available_seats')).body;

  /** That 70 reservations have taken all 50 seats, each of them once, and that no more can be made at `servers`. */
  async function expectSoldOut(...servers: Server[]): Promise<void> {
    await until(async () => (await ended('complete')) + (await ended('failed')) >= 70);
    expect({ complete: await ended('complete'), failed: await ended('failed') }).to.deep.equal({
      complete: 50,
      failed: 20,
    });
    for (const server of servers) {
      expect(await seats(server)).to.deep.equal({ numberOfAvailableSeats: '0' });
      expect(countAnswers(await server.getAll('/reserve_seat', 3))).to.deep.equal({ '409 Reservation are blocked': 3 });
    }
  }

  it('answers the curl calls of its session, in the server terminal too', async () => {
    const server = await start();
    for (const path of ['/available_seats', '/reserve_seat', '/process']) {
      expect(await server.curl(path)).to.equal(curlSession(path));
    }
    await server.script.waitForLine(/completed/);
    expect(await server.curl('/available_seats')).to.equal(curlSession('/available_seats', 2));
    expect(courseLines(server)).to.deep.equal(session('npm run dev 100-seat.ts'));
  });

  it('sells exactly 50 seats to 70 reservations and three calls of /process, at each launch', async () => {
    for (let launch = 1; launch <= 2; launch++) {
      const server = await start();
      expect(await seats(server)).to.deep.equal({ numberOfAvailableSeats: '50' });
      expect(countAnswers(await server.getAll('/reserve_seat', 70))).to.deep.equal({
        '200 Reservation in process': 70,
      });
      expect(countAnswers(await server.getAll('/process', 3))).to.deep.equal({ '200 Queue processing': 3 });
      await expectSoldOut(server);
      await server.script.waitForLine(/^Seat reservation job \d+ (completed|failed: Not enough seats available)$/, 70);
      await server.script.stop('SIGKILL');
      for (const state of ['complete', 'failed']) await redis().send('del', `q:jobs:reserve_seat:${state}`);
    }
  });

  it('sells exactly 50 seats to 70 reservations over two of it', async () => {
    const servers = [await start(), await start()];
    for (const server of servers) await server.getAll('/reserve_seat', 35);
    await Promise.all(servers.map(({ get }) => get('/process')));
    await until(async () => (await ended('complete')) + (await ended('failed')) >= 70);
    expect({ complete: await ended('complete'), failed: await ended('failed') }).to.deep.equal({
      complete: 50,
      failed: 20,
    });
    for (const server of servers) expect(await seats(server)).to.deep.equal({ numberOfAvailableSeats: '0' });
  });

  it('sells exactly 50 seats when Redis is killed again and again meanwhile', async () => {
    const server = await start();
    await server.getAll('/reserve_seat', 70);
    await server.get('/process');
    for (const sold of [10, 20, 30]) {
      await until(async () => (await ended('complete')) >= sold);
      await redis().kill();
      await redis().start();
    }
    await expectSoldOut(server);
  });

  for (const [what, ms] of [
    ['arrives although its connection was cut', 300],
    ['comes too late', 780],
  ] as const) {
    it(`sells exactly 50 seats when the change of one ${what}`, async () => {
      const proxy = await startProxy(redis().port);
      const server = await startServer('100-seat.ts', proxy.url);
      await server.getAll('/reserve_seat', 70);
      let changes = 0;
      proxy.delay = (bytes) => {
        if (!/evalsha[\s\S]*available_seats/i.test(`${bytes}`) || ++changes !== 20) return 0;
        if (ms < 700) setImmediate(proxy.disconnect);
        return ms;
      };
      await server.get('/process');
      await expectSoldOut(server);
      expect(changes).to.be.above(20);
      await proxy.close();
    });
  }

  describe('with one server', () => {
    let server: Server;
    before(async () => {
      server = await start();
    });
    beforeEach(() => redis().send('set', 'available_seats', 50));
    after(() => server.script.stop('SIGKILL'));

    itServesJson(() => server, redis, ['/available_seats', '/reserve_seat'], 'available_seats');
  });
});
