import { expect } from 'chai';
import { Script } from '../src/tools/sessions/script';
import { startProxy } from './support/proxy';
import { CONNECTED, NOT_CONNECTED } from './support/server';
import { session } from './support/session';
import { until } from './support/until';
import { useRedis } from './support/useRedis';

const CHANNEL = 'holberton school channel';

describe('5-subscriber', () => {
  const redis = useRedis();

  it('prints its session beside 5-publisher.ts, although Redis came later than it', async () => {
    await redis().kill();
    const subscriber = Script.task('5-subscriber.ts', redis().url);
    await subscriber.waitForLine(NOT_CONNECTED);
    await redis().start();
    await subscriber.waitForLine(CONNECTED);
    const publisher = Script.task('5-publisher.ts', redis().url);
    expect(await subscriber.exit()).to.equal(0);
    await publisher.waitForLine('About to send Holberton Student #3 starts course');

    const lines = subscriber.lines.filter((line) => !NOT_CONNECTED.test(line));
    expect(lines).to.deep.equal(session('npm run dev 5-subscriber.ts'));
    expect(publisher.lines).to.deep.equal(session('npm run dev 5-publisher.ts'));
  });

  it('shows nothing behind KILL_SERVER, also when all messages come together', async () => {
    const subscriber = Script.task('5-subscriber.ts', redis().url);
    await until(async () => String(await redis().send('pubsub', 'channels')).includes(CHANNEL));
    const publishAll = "for _, text in ipairs(ARGV) do redis.call('PUBLISH', KEYS[1], text) end";
    await redis().send('eval', publishAll, 1, CHANNEL, 'one', 'KILL_SERVER', 'two', 'KILL_SERVER');
    expect(await subscriber.exit()).to.equal(0);
    expect(subscriber.lines).to.deep.equal([CONNECTED, 'one', 'KILL_SERVER']);
  });

  it('subscribes again when the connection is lost before that is confirmed', async () => {
    const proxy = await startProxy(redis().port);
    let isCut = false;
    proxy.delay = (bytes) => {
      if (isCut || !bytes.includes('subscribe')) return 0;
      isCut = true;
      proxy.disconnect();
      return 0;
    };
    const subscriber = Script.task('5-subscriber.ts', proxy.url);
    await subscriber.waitForLine(CONNECTED, 2);
    await until(async () => Number(await redis().send('publish', CHANNEL, 'KILL_SERVER')) > 0);
    expect(await subscriber.exit()).to.equal(0);
    expect(isCut).to.equal(true);
    await proxy.close();
  });
});
