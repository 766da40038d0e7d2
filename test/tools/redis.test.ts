// npm run redis, in a copy of the project, on a port of its own.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createClient } from 'redis';
import { DUMP, freePort, startRedis } from '../../src/tools/sessions/redisServer';
import { useCopy } from '../support/copy';

describe('npm run redis', () => {
  const copy = useCopy();
  let port: number;
  beforeEach(async () => {
    port = await freePort();
  });
  const start = () => copy().npm(['run', 'redis'], { PORT: `${port}` });

  async function started() {
    const redis = start();
    await redis.waitForLine(/Ready to accept connections/);
    return redis;
  }
  async function send(command: string, ...args: string[]): Promise<unknown> {
    const client = createClient({ port });
    const reply = await promisify<string, string[], unknown>(client.send_command).bind(client)(command, args);
    client.end(false);
    return reply;
  }

  it('knows the school, keeps what is stored when it is killed, and leaves dump.rdb as it is', async () => {
    const redis = await started();
    expect(await send('get', 'Holberton')).to.equal('School');
    await send('set', 'kept', 'yes');
    const [, pid] = /process_id:(\d+)/.exec(String(await send('info', 'server'))) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    expect(await redis.exit()).to.equal(1);
    expect(redis.lines.at(-1)).to.equal('Redis was killed: start it again, it keeps what was stored');
    const next = await started();
    expect(await send('get', 'kept')).to.equal('yes');
    expect(await send('get', 'Holberton')).to.equal('School');
    await next.stop('SIGINT');
    expect(readFileSync(join(copy().folder, 'dump.rdb')).equals(readFileSync(DUMP))).to.equal(true);
  });

  it('ends when npm alone is told to, as a supervisor does it', async () => {
    const redis = await started();
    redis.process.kill('SIGTERM');
    await redis.exit(); // which waits until all have closed their output
    await redis.waitForLine(/bye bye/);
  });

  it('says in one line what it can not begin with, exit 1', async () => {
    const { folder, write } = copy();
    const failure = async () => {
      const redis = start();
      expect(await redis.exit()).to.equal(1);
      return redis.lines.join('\n');
    };
    write(`.redis-${port}`, '');
    expect(await failure()).to.match(/^npm run redis can't start Redis: EEXIST.*\.redis-\d+'$/);
    rmSync(join(folder, `.redis-${port}`));
    mkdirSync(join(folder, `.redis-${port}`));
    rmSync(join(folder, 'dump.rdb'));
    expect(await failure()).to.match(/^npm run redis can't start Redis: ENOENT.*dump\.rdb/);
    const other = await startRedis();
    port = other.port;
    expect(await failure()).to.match(
      /: port \d+ is taken, most likely by another Redis: use that one, or stop it first$/,
    );
    await other.stop();
  });
});
