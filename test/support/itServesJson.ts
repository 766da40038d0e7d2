// What is tested of both servers while Redis is there: JSON whatever happens, for this machine's own pages only.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { countAnswers, courseLines, type Server } from './server';
import type { TestRedis } from './useRedis';

/** Tests `server` by its `routes`, all of which answer 200. The first reads `key` in Redis. */
export function itServesJson(
  server: () => Server,
  redis: () => TestRedis,
  routes: readonly string[],
  key: string,
): void {
  const [aRoute = ''] = routes;

  it('answers unknown paths and malformed URLs with 404, in JSON', async () => {
    for (const path of [
      '/',
      '/unknown',
      `${aRoute}/more`,
      '/%E0%A4%A',
      '/list_products/%E0%A4%A',
      '//',
      '//a@b#',
      '/?a[b]=1',
    ]) {
      expect(countAnswers([await server().get(path)]), path).to.deep.equal({ '404 Not found': 1 });
    }
  });

  it('answers other methods with 404, in JSON, and does nothing for them', async () => {
    const before = await redis().send('dbsize');
    for (const path of routes) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        expect(countAnswers([await server().get(path, { method })]), method).to.deep.equal({ '404 Not found': 1 });
      }
      expect((await server().get(path, { method: 'HEAD' })).status).to.equal(404);
    }
    expect(await redis().send('dbsize')).to.equal(before);
  });

  it('answers what is no HTTP with 400, in JSON', async () => {
    for (const bytes of [
      'what is this?\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      '\0\0\0\0',
      `GET / HTTP/1.1\r\nX: ${'x'.repeat(99_999)}`,
    ]) {
      const socket = connect(server().port, '127.0.0.1');
      socket.write(bytes);
      expect(await text(socket), bytes.slice(0, 20)).to.match(
        /^HTTP\/1\.1 400 .*Content-Type: application\/json.*\r\n\r\n\{"status":"Bad request"\}$/is,
      );
    }
  });

  for (const [what, headers] of Object.entries({
    'by a name that may be of anybody, as in DNS rebinding': { host: 'attacker.example' },
    'by an <img> of a page of another site': { 'sec-fetch-site': 'cross-site' },
    'by a form of a page of another site, in an old browser': { origin: 'http://attacker.example' },
  })) {
    it(`refuses a request ${what}`, async () => {
      const before = await redis().send('dbsize');
      for (const path of ['/unknown', ...routes]) {
        expect(countAnswers([await server().get(path, { headers })]), path).to.deep.equal({ '403 Forbidden': 1 });
      }
      expect(await redis().send('dbsize')).to.equal(before);
    });
  }

  it('answers an unexpected error with 500 and no internals, and says it in one line on its console', async () => {
    await redis().send('del', key);
    await redis().send('hset', key, 'a', 'b');
    const { length } = server().script.lines;
    expect(countAnswers([await server().get(aRoute)])).to.deep.equal({ '500 Internal server error': 1 });
    await server().script.waitForLine(/^GET .*: ReplyError: WRONGTYPE.* \(GET\)$/);
    expect(courseLines(server(), length)).to.have.length(1);
  });
}
