// What src/lib/jsonServer.ts answers to requests that are odd, hostile or broken.
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../src/tools/redisServer';
import { Script } from '../../src/tools/script';
import { privateRedis } from '../support/privateRedis';
import { answers, exchange, get, openAll } from '../support/rawHttp';
import { type Server, startServer } from '../support/server';

const RESERVE = '/reserve_product/2';
const CONFIRMED = '200 Reservation confirmed';
const LAST = get('/list_products', 'Connection: close');

describe('lib/jsonServer', () => {
  const redis = privateRedis();
  let server: Server;
  beforeEach(async () => {
    server = await startServer('9-stock.ts', redis().url);
  });

  const reserved = async () => Number(await redis().ask('get', 'item.2'));

  async function startWithFewDescriptors(): Promise<number> {
    const port = await freePort();
    const command = 'ulimit -n 256; exec node_modules/.bin/ts-node src/9-stock.ts';
    const script = new Script(['sh', '-c', command], { REDIS_URL: redis().url, PORT: `${port}` });
    await script.waitForLine('Redis client connected to the server');
    return port;
  }

  for (const [what, request, ...expected] of [
    ['no Host header', `GET ${RESERVE} HTTP/1.1\r\nConnection: close\r\n\r\n`, '400 Bad request'],
    ['an empty Host', `GET ${RESERVE} HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n`, '403 Forbidden'],
    ['no Host header in HTTP/1.0, which needs none', 'GET /list_products HTTP/1.0\r\n\r\n', '200'],
    ['an expectation', get(RESERVE, 'Expect: miracles', 'Connection: close'), '417 Expectation failed'],
    ['CONNECT', 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n', '400 Bad request'],
    ['CONNECT, then what is no HTTP', 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n\0\0', '400 Bad request'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 Bad request'],
    ['a version that there is not', 'GET / HTTP/3.7\r\nHost: localhost\r\n\r\n', '400 Bad request'],
    ['a method that there is not', 'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n', '400 Bad request'],
    ['an offer to upgrade', get('/list_products', 'Connection: Upgrade, close', 'Upgrade: websocket'), '200'],
    ['a header of 20 kB', get('/', `X: ${'x'.repeat(20_000)}`), '400 Bad request'],
    ['a header of 500 kB', get('/', `X: ${'x'.repeat(500_000)}`), '400 Bad request'],
    [
      'an absolute URL',
      `GET http://localhost${RESERVE} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      CONFIRMED,
    ],
    [
      'a URL that is none',
      'GET https://[::1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      '404 Not found',
    ],
    ['garbage', 'what is this?\r\n\r\n', '400 Bad request'],
    [
      'garbage behind requests',
      `${get(RESERVE).repeat(3)}?\r\n\r\n`,
      CONFIRMED,
      CONFIRMED,
      CONFIRMED,
      '400 Bad request',
    ],
    ['CONNECT behind a request', `${get(RESERVE)}CONNECT / HTTP/1.1\r\n\r\n`, CONFIRMED, '400 Bad request'],
    ['a malformed body', `${get(RESERVE, 'Transfer-Encoding: chunked')}x\r\n`, CONFIRMED, '400 Bad request'],
    ['pipelined requests', get(RESERVE).repeat(2) + LAST, CONFIRMED, CONFIRMED, '200'],
  ] as const) {
    it(`answers ${what} in JSON`, async () => {
      expect(await exchange(server.port, request)).to.deep.equal(expected);
      expect(await reserved()).to.equal(expected.filter((answer) => answer === CONFIRMED).length);
    });
  }

  it('answers "If-None-Match: *" with a body, as it has reserved', async () => {
    const answer = await server.get(RESERVE, { headers: { 'if-none-match': '*' } });
    expect(answer).to.deep.include({ status: 200, body: { status: 'Reservation confirmed', itemId: 2 } });
  });

  it('goes on with a request that expects 100-continue', async () => {
    const answer = await server.get(RESERVE, { headers: { expect: '100-continue' } });
    expect(answer).to.deep.include({ status: 200, body: { status: 'Reservation confirmed', itemId: 2 } });
  });

  it('sends no ETag and no X-Powered-By', async () => {
    const { headers } = await fetch(`http://127.0.0.1:${server.port}/list_products`);
    expect([...headers.keys()])
      .to.not.include.members(['etag'])
      .and.not.include.members(['x-powered-by']);
  });

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
      expect(await exchange(port, LAST)).to.deep.equal(['200']);
      for (const socket of sockets) socket.destroy();
    });
  }

  it('serves after more connections than it has descriptors were open', async () => {
    const port = await startWithFewDescriptors();
    for (const socket of await openAll(port, 400, '', false)) socket.destroy();
    expect(await exchange(port, LAST)).to.deep.equal(['200']);
  });

  it('answers all requests of a pipeline before it ends', async () => {
    redis().process.kill('SIGSTOP');
    const asked = exchange(server.port, get(RESERVE).repeat(3));
    await server.get('/list_products');
    expect(await server.script.stop('SIGTERM')).to.equal(0);
    expect(await asked).to.deep.equal(Array(3).fill('503 Service unavailable'));
  });

  for (const [where, mistake, status] of [
    ['a route', 'response.jsn(listProducts)', 500],
    ['what a route does after its answer', 'response.json(listProducts).jsn()', 200],
  ] as const) {
    it(`prints a mistake in ${where} with its file and line`, async () => {
      const copy = await copyOfProject();
      const task = join(copy, 'src/9-stock.ts');
      const lines = (await readFile(task, 'utf8')).split('\n');
      const line = lines.findIndex((text) => text.includes('response.json(listProducts)'));
      lines[line] = `  ${mistake};`;
      await writeFile(task, lines.join('\n'));

      const port = await freePort();
      const script = Script.file(task, redis().url, { PORT: `${port}` });
      await script.waitForLine(/^Listening/);
      expect((await fetch(`http://127.0.0.1:${port}/list_products`)).status).to.equal(status);
      await script.waitForLine(/^GET \/list_products: /);
      expect(script.lines.at(-1)).to.match(
        new RegExp(`^GET /list_products: TypeError: .*jsn is not a function \\(src/9-stock\\.ts:${line + 1}:\\d+\\)$`),
      );
      await rm(copy, { recursive: true });
    });
  }
});

/** Makes a copy of the project, to be changed, and resolves to its folder. */
async function copyOfProject(): Promise<string> {
  const root = resolve(__dirname, '../..');
  const copy = await mkdtemp(join(tmpdir(), 'course-'));
  for (const part of ['src', 'package.json', 'tsconfig.json']) {
    await cp(join(root, part), join(copy, part), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}
