// What is tested of both servers: JSON whatever happens, and how they start and end.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/script';
import type { PrivateRedis } from './privateRedis';
import { launchServer, type Server, startServer } from './server';

const NOT_FOUND = { status: 404, body: { status: 'Not found' } };
const AWAY = { status: 503, body: { status: 'Service unavailable' } };

/** What `server` has printed beside the line that says where it listens, which the course does not show. */
export function courseLines(server: Server): string[] {
  return server.script.lines.filter((line) => !line.startsWith('Listening on '));
}

/** Tests the server `file`, with `needRedis`, its routes that need Redis, and what they say without it if that is special. */
export function itServesJson(
  file: string,
  redis: () => PrivateRedis,
  needRedis: Record<string, string | undefined>,
): void {
  const [aRoute = ''] = Object.keys(needRedis);

  it('answers unknown routes, other methods, malformed URLs and what is not HTTP in JSON', async () => {
    const server = await startServer(file, redis().url);
    for (const path of ['/', '/unknown', `${aRoute}/more/of/it`, '/%E0%A4%A', '/constructor', '//', '/?a[b]=1']) {
      expect(await server.get(path), path).to.deep.include(NOT_FOUND);
    }
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      expect(await server.get(aRoute, { method }), method).to.deep.include(NOT_FOUND);
    }
    expect(await server.get(aRoute, { method: 'HEAD' })).to.deep.include({ status: 404, body: '' });
    const body = await server.get('/unknown', {
      method: 'POST',
      headers: { 'content-length': 0, 'content-type': 'application/json' },
    });
    expect(body).to.deep.include(NOT_FOUND);

    const socket = connect(server.port, '127.0.0.1');
    socket.end('what is this?\r\n\r\n');
    expect(await text(socket)).to.match(
      /^HTTP\/1\.1 400 .*Content-Type: application\/json.*\{"status":"Bad request"\}$/s,
    );
  });

  for (const [what, headers] of [
    ["a name that may be anybody's, as in DNS rebinding", { host: 'attacker.example' }],
    ['a name that begins like ours', { host: '127.0.0.1.attacker.example' }],
    ['another port', { host: 'localhost:1' }],
    ['an <img> on a foreign page', { 'sec-fetch-site': 'cross-site' }],
    ['a page on another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ] as const) {
    it(`refuses a request by ${what}`, async () => {
      const server = await startServer(file, redis().url);
      for (const path of ['/unknown', ...Object.keys(needRedis)]) {
        const answer = await server.get(path, { headers });
        expect(answer, path).to.deep.include({ status: 403, body: { status: 'Forbidden' } });
      }
    });
  }

  it('answers a request by any name of this machine, typed or made by its own page', async () => {
    const server = await startServer(file, redis().url);
    for (const name of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]']) {
      for (const host of [name, `${name}:${server.port}`]) {
        expect((await server.get(aRoute, { headers: { host } })).status, host).to.equal(200);
      }
    }
    for (const site of ['none', 'same-origin']) {
      expect((await server.get(aRoute, { headers: { 'sec-fetch-site': site } })).status, site).to.equal(200);
    }
  });

  it('answers an unexpected error with 500 and no internals', async () => {
    const server = await startServer(file, redis().url);
    expect((await server.get(aRoute)).status).to.equal(200);
    for (const key of ['item.1', 'available_seats']) {
      await redis().ask('del', key);
      await redis().ask('hset', key, 'a', 'b');
    }
    expect(await server.get(aRoute)).to.deep.include({ status: 500, body: { status: 'Internal server error' } });
    await server.script.waitForLine(/^GET .*: ReplyError: WRONGTYPE/);
    expect(courseLines(server)).to.have.length(2);
  });

  for (const [gone, signal] of Object.entries({ 'is killed': 'SIGKILL', hangs: 'SIGSTOP' } as const)) {
    it(`answers 503 within a second when Redis ${gone}, and goes on when it is back`, async () => {
      const server = await startServer(file, redis().url);
      if (signal === 'SIGKILL') await redis().kill();
      else redis().process.kill(signal);
      const tries = () => server.script.lines.filter((line) => line.includes('not connected')).length;
      while (tries() < 3) {
        for (const [path, said] of Object.entries(needRedis)) {
          const { status, body, ms } = await server.get(path);
          expect({ status, body }, path).to.deep.equal(said ? { status: 503, body: { status: said } } : AWAY);
          expect(ms, path).to.be.below(1000);
        }
        await sleep(50); // at all moments between two tries
      }
      if (signal === 'SIGKILL') await redis().start();
      else redis().process.kill('SIGCONT');
      await server.script.waitForLine('Redis client connected to the server', 2);
      for (const path of Object.keys(needRedis)) expect((await server.get(path)).status, path).to.equal(200);
    });
  }

  it('starts without Redis, says so, and becomes ready when Redis does', async () => {
    await redis().kill();
    const server = await launchServer(file, redis().url);
    expect(courseLines(server)[0]).to.equal(
      `Redis client not connected to the server: Error: Redis connection to 127.0.0.1:${redis().port} failed - connect ECONNREFUSED 127.0.0.1:${redis().port}`,
    );
    expect((await server.get(aRoute)).status).to.equal(503);
    await redis().start();
    await server.script.waitForLine('Redis client connected to the server');
    expect((await server.get(aRoute)).status).to.equal(200);
  });

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
    const server = Script.task(file, redis().url, { PORT: '1245a' });
    expect(await server.exit()).to.equal(1);
    expect(server.lines).to.deep.equal(['PORT must be a whole number up to 65535, and is 1245a']);
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
