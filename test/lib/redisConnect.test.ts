// What REDIS_URL may say, and that a client of redisConnect is a plain client of redis.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { CONNECTED, startServer } from '../support/server';
import { useRedis } from '../support/useRedis';

describe('redisConnect', () => {
  const redis = useRedis();

  it('makes a client that waits in Redis as long as it is told to, can be duplicated, and ends with its process', async () => {
    const script = Script.task('../test/support/plainClient.ts', redis().url);
    await script.waitForLine(CONNECTED);
    await sleep(6000);
    for (const letter of ['a', 'b']) await redis().send('rpush', 'letters', letter);
    expect(await script.exit()).to.equal(0);
    expect(script.lines).to.deep.equal([CONNECTED, 'got letters,a', 'got letters,b too']);
  });

  for (const [url, file] of [
    ['localhost:6379', '9-stock.ts'],
    ['http://localhost', '6-job_creator.ts'],
    ['redis://localhost:port', '0-redis_client.ts'],
  ] as const) {
    it(`says in one line that REDIS_URL is not understood, exit 1: ${url}`, async () => {
      const script = Script.task(file, url);
      expect(await script.exit()).to.equal(1);
      expect(script.lines).to.have.length(1);
      expect(script.lines[0]).to.match(/^REDIS_URL .*redis:\/\//);
    });
  }
});

describe('redisConnect, with a password full of what a URL is made of', () => {
  const password = 'p:a/s@s%w:o/r@d#?';
  let url: string;
  const redis = useRedis();
  beforeEach(async () => {
    url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${redis().port}/3`;
    await redis().send('config', 'set', 'requirepass', password);
  });
  const cli = async (...command: string[]) => {
    const script = new Script(['redis-cli', '-p', `${redis().port}`, ...command], { REDISCLI_AUTH: password });
    await script.exit();
    return script.lines;
  };
  afterEach(() => cli('config', 'set', 'requirepass', ''));

  it('works for every kind of script, percent-encoded, in a database of its own', async () => {
    await Script.task('1-redis_op.ts', url).waitForLine('100');
    const creator = Script.task('6-job_creator.ts', url);
    const processor = Script.task('6-job_processor.ts', url);
    await creator.waitForLine('Notification job completed');
    await processor.waitForLine(/^Sending/);
    expect(processor.lines).to.have.length(1);
    expect((await (await startServer('9-stock.ts', url)).get('/reserve_product/1')).status).to.equal(200);
    expect(await cli('-n', '0', 'keys', '*')).to.deep.equal(['Holberton']);
    expect(await cli('-n', '3', 'get', 'item.1')).to.deep.equal(['1']);
  });
});
