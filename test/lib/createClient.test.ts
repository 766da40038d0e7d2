// What REDIS_URL may say, for every kind of script.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { session } from '../../src/tools/sessions/sessions';
import { privateRedis } from '../support/privateRedis';
import { type RedisProxy, startProxy } from '../support/proxy';
import { startServer } from '../support/server';

const CERTIFICATE = resolve(__dirname, '../support/tls/cert.pem');
const KEY = resolve(__dirname, '../support/tls/key.pem');

/** What every kind of script prints with a Redis in which nobody has created a job yet. */
async function expectAllToWork(url: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const op = Script.task('1-redis_op.ts', url, env);
  const creator = Script.task('6-job_creator.ts', url, env);
  await op.waitForLine('100');
  expect(op.lines[0]).to.equal('Redis client connected to the server');
  await creator.waitForLine('Notification job created: 1');
  const processor = Script.task('6-job_processor.ts', url, env);
  await creator.waitForLine('Notification job completed');
  await processor.waitForLine(/^Sending/);
  expect(processor.lines).to.deep.equal(session('npm run dev 6-job_processor.ts'));
}

describe('lib/createClient: REDIS_URL', () => {
  describe('with a password full of what a URL is made of', () => {
    const password = 'p:a/s@s%w:o/r@d#?';
    const redis = privateRedis('--requirepass', password);
    const url = (path: string, user = '') =>
      `redis://${user}:${encodeURIComponent(password)}@127.0.0.1:${redis().port}${path}`;

    async function cli(...command: string[]): Promise<string[]> {
      const script = new Script(['redis-cli', '-p', `${redis().port}`, ...command], { REDISCLI_AUTH: password });
      await script.exit();
      return script.lines;
    }

    it('works for every script, percent-encoded, with a database number', async () => {
      await expectAllToWork(url('/3'));
      for (const [file, path] of [
        ['9-stock.ts', '/reserve_product/1'],
        ['100-seat.ts', '/reserve_seat'],
      ] as const) {
        expect((await (await startServer(file, url('/3'))).get(path)).status).to.equal(200);
      }
      const keyspace = await cli('info', 'keyspace');
      // dump.rdb has one key in database 0; all else is in database 3.
      expect(keyspace.map((line) => line.replace(/,.*/, '').replace(/(db3:keys=).*/, '$1'))).to.deep.equal([
        '# Keyspace',
        'db0:keys=1',
        'db3:keys=',
      ]);
    });

    it('works for every script with the name of a user', async function () {
      await cli('config', 'set', 'acl-pubsub-default', 'allchannels'); // no error matters: Redis 6.0 has no such rule
      const [reply = ''] = await cli('acl', 'setuser', 'ann', 'on', `>${password}`, '~*', '+@all');
      if (reply.includes('unknown command')) this.skip(); // Redis 5 has no users
      await expectAllToWork(url('/3', 'ann'));
    });

    it('is said in one line to name a database that there is not, exit 1', async () => {
      const script = Script.task('1-redis_op.ts', url('/16'));
      expect(await script.exit()).to.equal(1);
      expect(script.lines).to.include("Database 16 of REDIS_URL can't be used: ERR DB index is out of range");
    });
  });

  describe('with an IPv6 address', () => {
    const redis = privateRedis('--bind', '127.0.0.1', '::1');

    it('works for every script', () => expectAllToWork(`redis://[::1]:${redis().port}`));
  });

  describe('with rediss://', () => {
    const redis = privateRedis();
    let proxy: RedisProxy;

    beforeEach(async () => {
      proxy = await startProxy(redis().port, { key: readFileSync(KEY), cert: readFileSync(CERTIFICATE) });
    });
    afterEach(() => proxy.close());

    it('works for every script', async () => {
      await expectAllToWork(`rediss://localhost:${proxy.port}`, { NODE_EXTRA_CA_CERTS: CERTIFICATE });
    });

    it('trusts no unknown certificate', async () => {
      const script = Script.task('0-redis_client.ts', `rediss://localhost:${proxy.port}`, { NODE_EXTRA_CA_CERTS: '' });
      await script.waitForLine(/^Redis client not connected to the server: Error: .* self-signed certificate/);
    });
  });

  for (const url of [
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://localhost:port',
    'redis://localhost:99999',
    'redis://localhost:0',
    'redis://%31%32%37.0.0.1:6379',
    'redis://localhost/db',
    'redis://:%zz@localhost',
    'redis://:p/w@localhost',
  ]) {
    it(`is said in one line not to be understood: ${url}`, async () => {
      const script = Script.task('6-job_creator.ts', url);
      expect(await script.exit()).to.equal(1);
      expect(script.lines).to.deep.equal([
        'REDIS_URL is not understood: write redis://[[user]:password@]host[:port][/database], or rediss:// for TLS, ' +
          'with the password percent-encoded',
      ]);
    });
  }
});
