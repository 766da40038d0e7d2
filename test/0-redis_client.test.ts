import { expect } from 'chai';
import { freePort, startRedis } from '../src/tools/sessions/redisServer';
import { Script } from '../src/tools/sessions/script';
import { session } from '../src/tools/sessions/sessions';
import { privateRedis } from './support/privateRedis';

describe('0-redis_client', () => {
  const redis = privateRedis();

  it('says that it is connected and stays open until Ctrl+C', async () => {
    const expected = session('npm run dev 0-redis_client.ts');
    const script = Script.task('0-redis_client.ts', redis().url);
    await script.waitForLine('Redis client connected to the server');
    expect(await script.stop()).to.equal('SIGINT');
    expect(script.lines).to.deep.equal(expected);
  });

  it('says at each try that there is no Redis', async () => {
    const port = await freePort();
    const expected = session('npm run dev 0-redis_client.ts', 2).map((line) => line.replaceAll('6379', `${port}`));
    const script = Script.task('0-redis_client.ts', `redis://127.0.0.1:${port}`);
    await script.waitForLine(/not connected/, 3);
    await script.stop();
    expect(script.lines.slice(0, 3)).to.deep.equal(expected);
  });

  it('runs by npm run dev, and again when it is saved', async () => {
    const script = new Script(['npm', 'run', 'dev', '0-redis_client.ts'], { REDIS_URL: redis().url });
    await script.waitForLine('Redis client connected to the server');
    script.process.stdin?.write('rs\n');
    await script.waitForLine('Redis client connected to the server', 2);
  });
});

describe('dump.rdb', () => {
  it('holds the school of task 0', async () => {
    const redis = await startRedis();
    try {
      const cli = new Script(['redis-cli', '-p', `${redis.port}`, '--no-raw', 'get', 'Holberton'], {});
      await cli.exit();
      expect(cli.lines).to.deep.equal(session('redis-cli get Holberton'));
    } finally {
      await redis.stop();
    }
  });
});
