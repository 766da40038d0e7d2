import { expect } from 'chai';
import { privateRedis } from './support/privateRedis';
import { Script } from './support/script';
import { session } from './support/sessions';

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
