// Requests that are odd, hostile or broken, and the answers to them.
import { expect } from 'chai';
import { privateRedis } from '../support/privateRedis';
import { exchange, get } from '../support/rawHttp';
import { type Server, startServer } from '../support/server';

const RESERVE = '/reserve_product/2';
const CONFIRMED = '200 Reservation confirmed';
const LAST = get('/list_products', 'Connection: close');

describe('lib/server/jsonServer', () => {
  const redis = privateRedis();
  let server: Server;
  beforeEach(async () => {
    server = await startServer('9-stock.ts', redis().url);
  });

  const reserved = async () => Number(await redis().ask('get', 'item.2'));

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
});
