// Slow is not away: the servers wait for a Redis that pauses, and give up in time when it does not come back.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { privateRedis } from '../support/privateRedis';
import { startProxy } from '../support/proxy';
import { concurrentClients, type Server, startServer } from '../support/server';

const CUSTOMERS = 200;
const FEW = 20; // where each is timed: more of them keep this process busy
const isTime = (bytes: Buffer) => /\*2\r\n\$10\r\n\d{10}\r/.test(`${bytes}`); // in the reply to TIME

describe('lib/failFast: a Redis that pauses', function () {
  this.timeout(60_000);
  const redis = privateRedis();

  /**
   * Stops Redis for `ms` while half of the customers wait for an answer, and the others ask for `path` when it has stopped.
   * Resolves to their answers, to whether any of the others waited for Redis to go on, and to how long it was stopped, which
   * a busy machine makes longer.
   */
  async function askInPause(server: Server, path: string, ms: number, customers: number) {
    const [askBefore, askLater] = [concurrentClients(server, customers / 2), concurrentClients(server, customers / 2)];
    await Promise.all([askBefore('/unknown'), askLater('/unknown')]); // all are connected
    const [first, before] = [server.get(path), askBefore(path)];
    await first;
    const start = performance.now();
    redis().process.kill('SIGSTOP');
    let isPending = true;
    const later = askLater(path);
    later.finally(() => {
      isPending = false;
    });
    await sleep(ms);
    const waited = isPending;
    redis().process.kill('SIGCONT');
    const paused = performance.now() - start;
    return { waited, paused, answers: [await first, ...(await before), ...(await later)] };
  }

  for (const [file, path, countDone] of [
    ['9-stock.ts', '/reserve_product/2', async () => Number(await redis().ask('get', 'item.2'))],
    ['100-seat.ts', '/reserve_seat', async () => Number(await redis().ask('zcard', 'q:jobs'))],
  ] as const) {
    describe(file, () => {
      for (const ms of [400, 600, 700]) {
        it(`refuses none of ${CUSTOMERS} customers for a pause of ${ms} ms`, async () => {
          const server = await startServer(file, redis().url);
          let { waited, paused, answers } = await askInPause(server, path, ms, CUSTOMERS);
          while (paused > ms + 10) ({ waited, paused, answers } = await askInPause(server, path, ms, CUSTOMERS));
          expect(answers.filter(({ status }) => status === 503)).to.deep.equal([]);
          expect(waited).to.equal(true);
          expect(server.script.lines.filter((line) => line.includes('not connected'))).to.deep.equal([]);
        });
      }

      for (const ms of [800, 1500]) {
        it(`does nothing later of what it refuses, within a second, in a pause of ${ms} ms`, async () => {
          const server = await startServer(file, redis().url);
          const { answers } = await askInPause(server, path, ms, FEW);
          const refused = answers.filter(({ status }) => status === 503);
          for (const answer of refused) expect(answer.ms).to.be.below(1000);
          if (ms > 1000) expect(refused.length).to.be.at.least(FEW / 2);
          await sleep(200); // as long as Redis may take for what is left of closed connections
          expect(await countDone()).to.equal(answers.filter(({ status }) => status === 200).length);
        });
      }

      for (const ms of [400, 800, 1500]) {
        it(`has done what it confirms and nothing else when that is on its way for ${ms} ms`, async () => {
          const proxy = await startProxy(redis().port);
          const server = await startServer(file, proxy.url);
          const answers = [await server.get(path)]; // Redis knows the scripts
          let isHeldUp = false;
          proxy.delay = (bytes) => {
            if (isHeldUp || !bytes.includes('evalsha')) return 0;
            isHeldUp = true;
            return ms;
          };
          answers.push(...(await concurrentClients(server, FEW)(path)));
          await sleep(ms); // all has arrived
          expect(isHeldUp).to.equal(true);
          expect(await countDone()).to.equal(answers.filter(({ status }) => status === 200).length);
          await proxy.close();
        });
      }

      it('serves again at once after a pause that was too long', async () => {
        const server = await startServer(file, redis().url);
        for (const ms of [1000, 1800]) {
          // On a busy machine an answer may take long: that one of three comes at once is enough.
          const refusedFor: number[] = [];
          while (refusedFor.length < 3 && refusedFor.every((time) => time > 300)) {
            redis().process.kill('SIGSTOP');
            expect((await server.get(path)).status).to.equal(503);
            await sleep(ms - 850);
            redis().process.kill('SIGCONT');
            const continued = performance.now();
            while ((await server.get(path)).status === 503) await sleep(5);
            refusedFor.push(performance.now() - continued);
          }
          expect(Math.min(...refusedFor)).to.be.below(300);
        }
      });
    });
  }

  it('refuses nobody for a pause of 700 ms when it has learnt the time of Redis late', async () => {
    const proxy = await startProxy(redis().port);
    proxy.delayReply = (bytes) => (isTime(bytes) ? 60 : 0);
    const server = await startServer('9-stock.ts', proxy.url);
    await server.get('/reserve_product/2'); // Redis knows the script
    const statuses: number[] = [];
    while (statuses.length < 5 && !statuses.includes(200)) {
      const stopped = new Promise((resolve) => {
        proxy.delay = (bytes) => {
          if (bytes.includes('evalsha')) resolve(redis().process.kill('SIGSTOP'));
          return 0;
        };
      });
      const answer = server.get('/reserve_product/2');
      await stopped;
      await sleep(700);
      redis().process.kill('SIGCONT');
      statuses.push((await answer).status);
    }
    // On a busy machine some pauses are longer, and some replies later. Without the slack, each request is refused.
    expect(statuses).to.include(200);
    await proxy.close();
  });

  it('refuses nobody for a pause in which it asks for the time of Redis', async () => {
    const proxy = await startProxy(redis().port);
    const server = await startServer('9-stock.ts', proxy.url);
    await server.get('/reserve_product/2'); // Redis knows the script
    let isHeldUp = false;
    proxy.delayReply = (bytes) => {
      if (isHeldUp || !isTime(bytes)) return 0;
      isHeldUp = true;
      return 500; // leaves 200 ms to a busy machine
    };
    proxy.disconnect();
    await server.script.waitForLine('Redis client connected to the server', 2);
    expect((await server.get('/reserve_product/2')).status).to.equal(200);
    expect(isHeldUp).to.equal(true);
    await proxy.close();
  });

  it('does nothing later of what it refuses when its connection is cut', async () => {
    const proxy = await startProxy(redis().port);
    const server = await startServer('9-stock.ts', proxy.url);
    await server.get('/reserve_product/1'); // Redis knows the script
    proxy.delay = (bytes) => {
      if (!bytes.includes('evalsha')) return 0;
      setImmediate(proxy.disconnect);
      return 300;
    };
    expect((await server.get('/reserve_product/2')).status).to.equal(503);
    const reserved = await redis().ask('get', 'item.2');
    await sleep(1000);
    expect(await redis().ask('get', 'item.2')).to.equal(reserved);
    await proxy.close();
  });

  for (const ms of [400, 600]) {
    it(`sells 50 seats when one's change arrives ${ms} ms after its connection was cut`, async () => {
      const proxy = await startProxy(redis().port);
      const server = await startServer('100-seat.ts', proxy.url);
      for (let n = 1; n <= 60; n++) await server.get('/reserve_seat');
      let isCut = false;
      proxy.delay = (bytes) => {
        if (isCut || !/evalsha[\s\S]*available_seats\r\n\$2\r\n30\r/.test(`${bytes}`)) return 0;
        isCut = true;
        setImmediate(proxy.disconnect);
        return ms;
      };
      await server.get('/process');
      const ended = async () =>
        Number(await redis().ask('zcard', 'q:jobs:complete')) + Number(await redis().ask('zcard', 'q:jobs:failed'));
      while ((await ended()) < 60) await sleep(50);
      await sleep(ms); // it has arrived
      expect(isCut).to.equal(true);
      expect(await redis().ask('zcard', 'q:jobs:complete')).to.equal(50);
      expect((await server.get('/available_seats')).body).to.deep.equal({ numberOfAvailableSeats: '0' });
      await proxy.close();
    });
  }

  it('reserves a seat again whose change came too late', async () => {
    const proxy = await startProxy(redis().port);
    const server = await startServer('100-seat.ts', proxy.url);
    expect((await server.get('/available_seats')).body).to.deep.equal({ numberOfAvailableSeats: '50' });
    await server.get('/reserve_seat');
    let isHeldUp = false;
    proxy.delay = (bytes) => {
      if (isHeldUp || !/evalsha[\s\S]*available_seats/.test(`${bytes}`)) return 0;
      isHeldUp = true;
      return 780; // after the deadline, and before the connection is closed
    };
    await server.get('/process');
    await server.script.waitForLine('Seat reservation job 1 completed');
    expect(isHeldUp).to.equal(true);
    expect((await server.get('/available_seats')).body).to.deep.equal({ numberOfAvailableSeats: '49' });
    await proxy.close();
  });
});
