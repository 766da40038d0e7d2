import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../src/tools/sessions/script';
import { session } from '../src/tools/sessions/sessions';
import { privateRedis } from './support/privateRedis';
import { startProxy } from './support/proxy';

describe('5-publisher and 5-subscriber', () => {
  const redis = privateRedis();

  it('print their sessions, side by side', async () => {
    const subscriber = Script.task('5-subscriber.ts', redis().url);
    await subscriber.waitForLine('Redis client connected to the server');
    const publisher = Script.task('5-publisher.ts', redis().url);
    expect(await subscriber.exit()).to.equal(0);
    await publisher.waitForLine('About to send Holberton Student #3 starts course');
    await publisher.stop();

    expect(subscriber.lines).to.deep.equal(session('npm run dev 5-subscriber.ts'));
    expect(publisher.lines).to.deep.equal(session('npm run dev 5-publisher.ts'));
  });

  it('show nothing behind KILL_SERVER, also when all messages come together', async () => {
    const channel = 'holberton school channel';
    const subscriber = Script.task('5-subscriber.ts', redis().url);
    while (!String(await redis().ask('pubsub', 'channels')).includes(channel)) await sleep(20);
    const publishAll = "for _, text in ipairs(ARGV) do redis.call('PUBLISH', KEYS[1], text) end";
    await redis().ask('eval', publishAll, 1, channel, 'one', 'KILL_SERVER', 'two', 'KILL_SERVER');
    expect(await subscriber.exit()).to.equal(0);
    expect(subscriber.lines).to.deep.equal(['Redis client connected to the server', 'one', 'KILL_SERVER']);
  });

  it('subscribe again when the connection is lost before that is confirmed', async () => {
    const proxy = await startProxy(redis().port);
    let isCut = false;
    proxy.delay = (bytes) => {
      if (isCut || !bytes.includes('subscribe')) return 0;
      isCut = true;
      proxy.disconnect();
      return 0;
    };
    const subscriber = Script.task('5-subscriber.ts', proxy.url);
    await subscriber.waitForLine('Redis client connected to the server', 2);
    while (!(await redis().ask('publish', 'holberton school channel', 'KILL_SERVER'))) await sleep(20);
    expect(await subscriber.exit()).to.equal(0);
    await proxy.close();
  });

  it('wait for a Redis that is not there yet, and go on by themselves', async () => {
    await redis().kill();
    const subscriber = Script.task('5-subscriber.ts', redis().url);
    await subscriber.waitForLine(/not connected/);
    await redis().start();
    await subscriber.waitForLine('Redis client connected to the server');

    await redis().kill();
    const publisher = Script.task('5-publisher.ts', redis().url);
    await publisher.waitForLine(/not connected/);
    await redis().start();
    await publisher.waitForLine('About to send Holberton Student #3 starts course');
    expect(publisher.lines.filter((line) => !line.includes('not connected'))).to.deep.equal(
      session('npm run dev 5-publisher.ts'),
    );
  });
});
