// What is tested of both servers: JSON whatever happens, and how they start and end.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { courseLines, itOutlivesRedis } from './itOutlivesRedis';
import { itRefusesForeignPages } from './itRefusesForeignPages';
import type { PrivateRedis } from './privateRedis';
import { startServer } from './server';

const NOT_FOUND = { status: 404, body: { status: 'Not found' } };

/** Tests the server `file`, with `needRedis`, its routes that need Redis, and what they say without it if that is special. */
export function itServesJson(
  file: string,
  redis: () => PrivateRedis,
  needRedis: Record<string, string | undefined>,
): void {
  const [aRoute = ''] = Object.keys(needRedis);

  it('answers unknown routes and malformed URLs with 404, in JSON', async () => {
    const server = await startServer(file, redis().url);
    for (const path of [
      '/',
      '/unknown',
      `${aRoute}/more/of/it`,
      '/%E0%A4%A',
      '/constructor',
      '//',
      '/?a[b]=1',
      '//a@b#',
    ]) {
      expect(await server.get(path), path).to.deep.include(NOT_FOUND);
    }
  });

  it('answers other methods with 404, in JSON', async () => {
    const server = await startServer(file, redis().url);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      expect(await server.get(aRoute, { method }), method).to.deep.include(NOT_FOUND);
    }
    expect(await server.get(aRoute, { method: 'HEAD' })).to.deep.include({ status: 404, body: '' });
    const body = await server.get('/unknown', {
      method: 'POST',
      headers: { 'content-length': 0, 'content-type': 'application/json' },
    });
    expect(body).to.deep.include(NOT_FOUND);
  });

  it('answers what is not HTTP with 400, in JSON', async () => {
    const server = await startServer(file, redis().url);
    const socket = connect(server.port, '127.0.0.1');
    socket.end('what is this?\r\n\r\n');
    expect(await text(socket)).to.match(
      /^HTTP\/1\.1 400 .*Content-Type: application\/json.*\{"status":"Bad request"\}$/s,
    );
  });

  itRefusesForeignPages(file, redis, Object.keys(needRedis));

  it('answers an unexpected error with 500 and no internals', async () => {
    const server = await startServer(file, redis().url);
    expect((await server.get(aRoute)).status).to.equal(200);
    for (const key of ['item.1', 'available_seats']) {
      await redis().ask('del', key);
      await redis().ask('hset', key, 'a', 'b');
    }
    expect(await server.get(aRoute)).to.deep.include({ status: 500, body: { status: 'Internal server error' } });
    await server.script.waitForLine(/^GET .*: ReplyError: WRONGTYPE.* \(GET\)$/);
    expect(courseLines(server)).to.have.length(2);
  });

  itOutlivesRedis(file, redis, needRedis);

  it('says where it listens, with the port that the system chose for PORT=0', async () => {
    const script = Script.task(file, redis().url, { PORT: '0' });
    await script.waitForLine(/^Listening on http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    await script.waitForLine('Redis client connected to the server');
    const address = script.lines.find((line) => line.startsWith('Listening'))?.slice('Listening on '.length);
    expect((await fetch(`${address}${aRoute}`)).status).to.equal(200);
  });

  it('listens on 127.0.0.1 only, and says in one line that its port is taken, exit 1', async () => {
    const server = await startServer(file, redis().url);
    for (const host of ['127.0.0.2', '::1']) {
      const answer = await server.get(aRoute, { host, agent: false }).catch((error) => error.code);
      expect(answer, host).to.be.oneOf(['ECONNREFUSED', 'EADDRNOTAVAIL', 'ENETUNREACH']);
    }

    const second = Script.task(file, redis().url, { PORT: `${server.port}` });
    expect(await second.exit()).to.equal(1);
    expect(second.lines.filter((line) => !line.startsWith('Redis client'))).to.deep.equal([
      `Port ${server.port} can't be used (EADDRINUSE): stop what listens there, or choose another, PORT=${server.port + 1} say`,
    ]);
  });

  it('says in one line that PORT is no port, exit 1', async () => {
    for (const PORT of ['1245a', ' ', '65536']) {
      const server = Script.task(file, redis().url, { PORT });
      expect(await server.exit()).to.equal(1);
      expect(server.lines).to.deep.equal([`PORT must be a whole number up to 65535, and is "${PORT}"`]);
    }
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`finishes open requests at ${signal}, then exits with 0 within 5 s`, async () => {
      const server = await startServer(file, redis().url);
      await server.get(aRoute); // leaves an idle connection open
      redis().process.kill('SIGSTOP');
      const asked = server.get(aRoute);
      const idle = connect(server.port, '127.0.0.1');
      await server.get('/unknown'); // answered after the request before it was begun
      const start = performance.now();
      const exit = server.script.stop(signal);
      expect((await asked).status).to.equal(503);
      expect(await exit).to.equal(0);
      expect(performance.now() - start).to.be.below(5000);
      idle.destroy();
    });
  }
}
