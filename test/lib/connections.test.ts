// Clients that send garbage or nothing, that leave early or stay, and a server that goes on all the same.
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { freePort } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { privateRedis } from '../support/privateRedis';
import { answers, exchange, get, openAll } from '../support/rawHttp';
import { type Server, startServer } from '../support/server';

const RESERVE = '/reserve_product/2';
const CONFIRMED = '200 Reservation confirmed';

describe('lib/connections', () => {
  const redis = privateRedis();
  let server: Server;
  beforeEach(async () => {
    server = await startServer('9-stock.ts', redis().url);
  });

  async function startWithFewDescriptors(): Promise<number> {
    const port = await freePort();
    const command = 'ulimit -n 256; exec node_modules/.bin/ts-node src/9-stock.ts';
    const script = new Script(['sh', '-c', command], { REDIS_URL: redis().url, PORT: `${port}` });
    await script.waitForLine('Redis client connected to the server');
    return port;
  }

  /**
   * Asks until it is answered: descriptors come back a moment after the clients have gone, or never. Until then the connection
   * is closed at once, which is a reset where the request had arrived by then.
   */
  async function untilServed(port: number): Promise<readonly string[]> {
    for (;;) {
      const answered = await exchange(port, get('/list_products', 'Connection: close')).catch((error) => {
        if (error.code !== 'ECONNRESET') throw error;
        return [];
      });
      if (answered.length > 0) return answered;
    }
  }

  it('answers a client that sends its request and then its end', async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end(get(RESERVE));
    expect(await answers(socket)).to.deep.equal([CONFIRMED]);
  });

  it('answers a client that sends requests, garbage and then its end', async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end(`${get(RESERVE).repeat(3)}?\r\n\r\n`);
    expect(await answers(socket)).to.deep.equal([CONFIRMED, CONFIRMED, CONFIRMED, '400 Bad request']);
  });

  it('answers once, and prints nothing, when garbage goes on and on behind a request', async () => {
    redis().process.kill('SIGSTOP'); // the answer takes its time
    const socket = connect(server.port, '127.0.0.1');
    const answered = answers(socket);
    socket.write(get(RESERVE));
    for (let part = 1; part <= 30 && socket.writable; part++) {
      socket.write('?\r\n\r\n');
      await server.get('/list_products'); // each part is read by itself
    }
    expect(await answered).to.deep.equal(['503 Service unavailable', '400 Bad request']);
    redis().process.kill('SIGCONT');
    expect(server.script.lines.filter((line) => /warning/i.test(line))).to.deep.equal([]);
  });

  it('survives a client that resets its connection after CONNECT, before it is answered', async () => {
    redis().process.kill('SIGSTOP'); // the answer takes its time
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`${get(RESERVE).repeat(2)}CONNECT / HTTP/1.1\r\n\r\n`);
    await server.get('/list_products');
    socket.resetAndDestroy();
    await once(socket, 'close');
    await server.get(RESERVE); // answered after the other two
    redis().process.kill('SIGCONT');
    expect((await server.get('/list_products')).status).to.equal(200);
  });

  for (const [what, bytes, end] of [
    ['garbage', '?\r\n\r\n', false],
    ['CONNECT', 'CONNECT / HTTP/1.1\r\n\r\n', false],
    ['garbage and their end', '?\r\n\r\n', true],
    ['a request and their end', get('/list_products'), true],
    ['half a request and their end', 'GET /', true],
  ] as const) {
    it(`serves after more clients than it has descriptors have sent ${what} and never closed`, async () => {
      const port = await startWithFewDescriptors();
      const sockets = [...(await openAll(port, 200, bytes, end)), ...(await openAll(port, 200, bytes, end))];
      expect(await untilServed(port)).to.deep.equal(['200']);
      for (const socket of sockets) socket.destroy();
    });
  }

  it('serves after more connections than it has descriptors were open', async () => {
    const port = await startWithFewDescriptors();
    for (const socket of await openAll(port, 400, '', false)) socket.destroy();
    expect(await untilServed(port)).to.deep.equal(['200']);
  });

  it('answers all requests of a pipeline before it ends', async () => {
    redis().process.kill('SIGSTOP');
    const asked = exchange(server.port, get(RESERVE).repeat(3));
    await server.get('/list_products');
    expect(await server.script.stop('SIGTERM')).to.equal(0);
    expect(await asked).to.deep.equal(Array(3).fill('503 Service unavailable'));
  });
});
