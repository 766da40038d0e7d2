import { expect } from 'chai';
import { freePort } from '../src/tools/sessions/redisServer';
import { Script } from '../src/tools/sessions/script';
import { itPrintsItsSession } from './support/itPrintsItsSession';
import { session } from './support/session';
import { useRedis } from './support/useRedis';

describe('0-redis_client', () => {
  itPrintsItsSession('0-redis_client.ts');

  it('says at each try that there is no Redis', async () => {
    const port = await freePort();
    const expected = session('npm run dev 0-redis_client.ts', 2)
      .slice(0, 3)
      .map((line) => line.replaceAll('6379', `${port}`));
    const script = Script.task('0-redis_client.ts', `redis://127.0.0.1:${port}`);
    await script.waitForLine(/not connected/, 3);
    expect(script.lines.slice(0, 3)).to.deep.equal(expected);
  });
});

describe('dump.rdb', () => {
  const redis = useRedis();

  it('holds the school of task 0', async () => {
    await redis().kill();
    await redis().start(); // as its file has it
    const cli = new Script(['redis-cli', '-p', `${redis().port}`, '--no-raw', 'get', 'Holberton'], {});
    await cli.exit();
    expect(cli.lines).to.deep.equal(session('redis-cli get Holberton'));
  });
});
