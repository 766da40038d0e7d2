// Both servers while Redis is away, hangs or pauses. Times are judged by controls: see controlledServer.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../../src/tools/sessions/script';
import { readControls } from '../../support/controlledServer';
import { useProxy } from '../../support/proxy';
import { CONNECTED, countAnswers, courseLines, launchServer, NOT_CONNECTED, type Server } from '../../support/server';
import { until } from '../../support/until';
import { KEEPS_ALL, useRedis } from '../../support/useRedis';

const SERVERS = [
  {
    file: '9-stock.ts',
    routes: { '/list_products/1': 'Service unavailable', '/reserve_product/2': 'Service unavailable' },
    order: '/reserve_product/2',
    key: 'item.2',
  },
  {
    file: '100-seat.ts',
    routes: {
      '/available_seats': 'Service unavailable',
      '/reserve_seat': 'Reservation failed',
      '/process': 'Service unavailable',
    },
    order: '/reserve_seat',
    key: 'q:jobs',
  },
];

for (const { file, routes, order, key } of SERVERS) {
  describe(`${file}, when Redis is away`, () => {
    const redis = useRedis(...KEEPS_ALL);
    const proxy = useProxy(redis);
    const refused = `503 ${Object(routes)[order]}`;
    let server: Server;
    let connections: number;

    before(async () => {
      server = await launchServer((env) =>
        Script.task('../test/support/controlledServer.ts', proxy().url, env, [file]),
      );
    });
    after(() => server.script.stop('SIGKILL'));

    beforeEach(async () => {
      await redis().send('set', 'available_seats', 50);
      await until(async () => (await server.get(order)).status === 200); // now Redis knows its script
      await redis().send('del', 'item.2', 'q:jobs');
      connections = count(CONNECTED);
      await readControls(server);
    });

    const count = (line: string | RegExp) =>
      server.script.lines.filter((text) => (typeof line === 'string' ? text === line : line.test(text))).length;
    const countDone = async () =>
      Number(await (file === '9-stock.ts' ? redis().send('get', key) : redis().send('zcard', key)));

    /** That each route is refused, at all moments between two tries to connect, and that a line says why. */
    async function expectRefusals(): Promise<void> {
      const end = performance.now() + 1500;
      while (performance.now() < end) {
        for (const [path, status] of Object.entries(routes)) {
          expect(countAnswers(await server.getAll(path, 5)), path).to.deep.equal({ [`503 ${status}`]: 5 });
        }
        await sleep(50);
      }
      await server.script.waitForLine(NOT_CONNECTED, connections);
    }

    /** That it says so in a line, each route works again, and no answer since the last test took longer than a second. */
    async function expectToServe(): Promise<void> {
      await server.script.waitForLine(CONNECTED, connections + 1);
      for (const path of Object.keys(routes)) expect((await server.get(path)).status, path).to.equal(200);
      const ticks = (await readControls(server)).map((control) => control.ticks);
      expect(Math.max(...ticks)).to.be.below(100);
      const others = courseLines(server).filter(
        (line) => !/^(Redis client|Seat reservation|Job \d+ is run again)/.test(line),
      );
      expect(others).to.deep.equal([]);
    }

    it('answers 503 within a second when Redis is killed, and goes on when it is back', async () => {
      await redis().kill();
      await expectRefusals();
      await redis().start();
      await expectToServe();
    });

    it('answers 503 within a second when Redis hangs, and goes on when it answers again', async () => {
      redis().hang();
      await expectRefusals();
      redis().goOn();
      await expectToServe();
    });

    it('does nothing later of what it refused while Redis hung', async () => {
      redis().hang();
      expect(countAnswers(await server.getAll(order, 50))).to.deep.equal({ [refused]: 50 });
      redis().goOn();
      await expectToServe();
      expect(await countDone()).to.equal(1); // the last request
    });

    for (const [when, ms] of [
      ['before its deadline', 300],
      ['after its deadline', 900],
    ] as const) {
      it(`does nothing later of what it refused when that arrives ${when} and its connection was cut`, async () => {
        let isCut = false;
        proxy().delay = (bytes) => {
          if (isCut || !/evalsha/i.test(`${bytes}`)) return 0;
          isCut = true;
          setImmediate(proxy().disconnect);
          return ms;
        };
        const answer = await server.get(order);
        const done = await countDone();
        expect(countAnswers([answer])).to.deep.equal({ [refused]: 1 });
        expect(isCut).to.equal(true);
        await proxy().delivered();
        expect(await countDone()).to.equal(done);
      });
    }

    it('refuses nobody for a pause of Redis of up to 700 ms', async () => {
      for (let isProved = false; !isProved; ) {
        redis().hang();
        const pending = [server.getAll(order, 50)];
        await sleep(100);
        pending.push(server.getAll(order, 50));
        await sleep(580);
        redis().goOn();
        await Promise.all(pending);
        const controls = await readControls(server);
        expect(controls.filter(({ status, redisMs }) => status === 503 && redisMs <= 700)).to.deep.equal([]);
        // A busy machine may make the pause longer. That proves nothing: there is another, once the server is connected.
        isProved = controls.some(({ redisMs }) => redisMs > 600 && redisMs <= 700);
        await until(async () => (await server.get(order)).status !== 503);
        await readControls(server);
      }
    });
  });
}
