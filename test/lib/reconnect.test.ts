// A Redis that refuses its clients, or closes their connections, is tried again: once or twice a second, with a line each time.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { privateRedis } from '../support/privateRedis';
import { startProxy } from '../support/proxy';

const NOT_CONNECTED = /^Redis client not connected to the server: /;
const SCRIPTS = ['0-redis_client.ts', '7-job_processor.ts', '9-stock.ts', '100-seat.ts'];

/**
 * Runs a script of every kind with the Redis at `url`: each says why it is not connected, at most once a second. Then, once
 * `mend` has resolved, each says within 5 s that it is connected.
 */
async function expectToRetry(url: string, reason: RegExp, mend: () => Promise<unknown>): Promise<void> {
  const scripts = SCRIPTS.map((file) => Script.task(file, url, { PORT: '0' }));
  await Promise.all(scripts.map((script) => script.waitForLine(NOT_CONNECTED)));
  const printed = scripts.map(({ lines }) => lines.length);
  await sleep(3000);
  for (const [n, { lines }] of scripts.entries()) {
    expect(lines.length - (printed[n] ?? 0), `${SCRIPTS[n]} in 3 s`).to.be.at.most(4);
    for (const line of lines.filter((line) => !line.startsWith('Listening'))) {
      expect(line, SCRIPTS[n]).to.match(NOT_CONNECTED).and.match(reason);
    }
  }

  await mend();
  const start = performance.now();
  await Promise.all(scripts.map((script) => script.waitForLine('Redis client connected to the server')));
  expect(performance.now() - start).to.be.below(5000);
}

/** Sends a command to a Redis whose password is `new`. */
async function cli(port: number, ...command: string[]): Promise<void> {
  await new Script(['redis-cli', '-p', `${port}`, ...command], { REDISCLI_AUTH: 'new' }).exit();
}

describe('lib/createClient: a Redis that is of no use', function () {
  this.timeout(60_000);

  for (const [what, given, reason] of [
    ['a wrong password', ':old@', /ReplyError: (WRONGPASS|ERR invalid password)/],
    ['no password where one is needed', '', /ReplyError: NOAUTH/],
  ] as const) {
    describe(`because of ${what}`, () => {
      const redis = privateRedis('--requirepass', 'new');

      it('is tried once a second, and used when it takes what it is given', async () => {
        const url = `redis://${given}127.0.0.1:${redis().port}`;
        await expectToRetry(url, reason, () => cli(redis().port, 'config', 'set', 'requirepass', given && 'old'));
      });
    });
  }

  describe('because it is a web server', () => {
    const redis = privateRedis();

    it('is tried once a second, and used when a Redis takes its place', async () => {
      const server = createServer((_request, response) => response.end('no Redis')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const proxy = await startProxy(Object(server.address()).port);
      await expectToRetry(proxy.url, /This is no Redis/, async () => {
        proxy.target = redis().port;
      });
      await proxy.close();
      server.close();
    });
  });

  for (const [what, unasked, reason] of [
    ['ends idle connections with an error', '-ERR idle timeout', 'ReplyError: ERR idle timeout'],
    ['replies to nothing', '+OK', 'Error: This is no Redis: it replies to nothing'],
  ])
    describe(`because it ${what}`, () => {
      const redis = privateRedis();

      it('is left and tried again, and used when a Redis takes its place', async () => {
        const server = createTcpServer((socket) => {
          const info = 'redis_version:7.0.15\r\n';
          socket.on('error', () => {}).write(`$${info.length}\r\n${info}\r\n`);
          socket.once('data', () => socket.write(`${unasked}\r\n`));
        }).listen(0, '127.0.0.1');
        await once(server, 'listening');
        const proxy = await startProxy(Object(server.address()).port);
        const script = Script.task('0-redis_client.ts', proxy.url);
        await script.waitForLine(`Redis client not connected to the server: ${reason}`, 2);
        proxy.target = redis().port;
        const connected = script.lines.filter((line) => line.endsWith('client connected to the server')).length;
        await script.waitForLine('Redis client connected to the server', connected + 1);
        await proxy.close();
        server.close();
      });
    });

  describe('because it is a replica', () => {
    const redis = privateRedis('--replicaof', '127.0.0.1', '1');

    it('is tried once a second, and used when it becomes a primary', async () => {
      await expectToRetry(redis().url, /READONLY/, () => redis().ask('replicaof', 'no', 'one'));
    });
  });
});

describe('lib/createClient: a service address that closes each connection', () => {
  const redis = privateRedis();

  for (const [when, target] of [
    ['at once', () => undefined],
    ['as soon as it works', () => redis().port],
  ] as const) {
    it(`is tried twice a second: ${when}`, async () => {
      const proxy = await startProxy(target());
      const script = Script.task('0-redis_client.ts', proxy.url);
      script.on('change', () => {
        if (script.lines.at(-1)?.includes('client connected')) proxy.disconnect();
      });
      await script.waitForLine(NOT_CONNECTED);
      const before = proxy.accepted;
      await sleep(3000);
      expect(proxy.accepted - before).to.be.within(3, 7);
      expect(script.lines.filter((line) => NOT_CONNECTED.test(line))).to.have.length.within(3, 8);
      await proxy.close();
    });
  }
});
