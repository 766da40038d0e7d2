import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { expect } from 'chai';
import { freePort } from '../src/tools/redisServer';
import { Script } from '../src/tools/script';
import { session } from '../src/tools/sessions';
import { privateRedis } from './support/privateRedis';
import { startServer } from './support/server';

const CERTIFICATE = resolve(__dirname, 'support/tls/cert.pem');
const KEY = resolve(__dirname, 'support/tls/key.pem');

/** What every kind of script prints with a Redis in which nobody has created a job yet. */
async function expectAllToWork(url: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const op = Script.task('1-redis_op.ts', url, env);
  const creator = Script.task('6-job_creator.ts', url, env);
  await op.waitForLine('100');
  expect(op.lines[0]).to.equal('Redis client connected to the server');
  await creator.waitForLine('Notification job created: 1');
  const processor = Script.task('6-job_processor.ts', url, env);
  await creator.waitForLine('Notification job completed');
  expect(processor.lines).to.deep.equal(session('npm run dev 6-job_processor.ts'));
}

describe('REDIS_URL', () => {
  const password = 'p:a/s@s%w:o/r@d';

  describe('with a password full of what a URL is made of', () => {
    const redis = privateRedis('--requirepass', password);

    it('works for every script, with a database number', async () => {
      const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${redis().port}/3`;
      await expectAllToWork(url);
      for (const [file, path] of [
        ['9-stock.ts', '/reserve_product/1'],
        ['100-seat.ts', '/reserve_seat'],
      ] as const) {
        expect((await (await startServer(file, url)).get(path)).status).to.equal(200);
      }
      const keyspace = new Script(['redis-cli', '-p', `${redis().port}`, 'info', 'keyspace'], {
        REDISCLI_AUTH: password,
      });
      await keyspace.exit();
      // dump.rdb has one key in database 0; all else is in database 3.
      expect(keyspace.lines.map((line) => line.replace(/,.*/, '').replace(/(db3:keys=).*/, '$1'))).to.deep.equal([
        '# Keyspace',
        'db0:keys=1',
        'db3:keys=',
      ]);
    });

    it('works for every script with the password as it is', async () => {
      await expectAllToWork(`redis://:${password}@127.0.0.1:${redis().port}/3`);
    });

    it('is said in one line to name a database that there is not, exit 1', async () => {
      const script = Script.task('1-redis_op.ts', `redis://:${password}@127.0.0.1:${redis().port}/16`);
      expect(await script.exit()).to.equal(1);
      expect(script.lines).to.include("Database 16 of REDIS_URL can't be used: ERR DB index is out of range");
    });

    it('is said to have the wrong password in one line each try, and no stack trace', async () => {
      for (const file of ['0-redis_client.ts', '6-job_processor.ts']) {
        const script = Script.task(file, `redis://:wrong@127.0.0.1:${redis().port}`);
        await script.waitForLine(/^Redis client not connected to the server: ReplyError: WRONGPASS/);
        expect(script.lines.filter((line) => /^\s+at /.test(line))).to.deep.equal([]);
      }
    });
  });

  describe('with rediss://', () => {
    const redis = privateRedis();
    let proxy: Server;
    let port: number;

    beforeEach(async () => {
      proxy = createServer({ key: readFileSync(KEY), cert: readFileSync(CERTIFICATE) }, (socket) => {
        const inner = connect(redis().port, '127.0.0.1');
        for (const [from, to] of [
          [socket, inner],
          [inner, socket],
        ] as const) {
          from.on('error', () => to.destroy());
          from.pipe(to);
        }
      });
      port = await freePort();
      proxy.listen(port, '127.0.0.1');
      await once(proxy, 'listening');
    });

    afterEach(() => proxy.close());

    it('works for every script', async () => {
      await expectAllToWork(`rediss://localhost:${port}`, { NODE_EXTRA_CA_CERTS: CERTIFICATE });
    });

    it('trusts no unknown certificate', async () => {
      const script = Script.task('0-redis_client.ts', `rediss://localhost:${port}`, { NODE_EXTRA_CA_CERTS: '' });
      await script.waitForLine(/^Redis client not connected to the server: Error: .* self-signed certificate/);
    });
  });

  for (const url of [
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://localhost:port',
    'redis://localhost/db',
  ]) {
    it(`is said in one line not to be understood: ${url}`, async () => {
      const script = Script.task('6-job_creator.ts', url);
      expect(await script.exit()).to.equal(1);
      expect(script.lines).to.deep.equal([
        'REDIS_URL is not understood: write redis://[[user]:password@]host[:port][/database], or rediss:// for TLS',
      ]);
    });
  }
});
