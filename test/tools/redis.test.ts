// npm run redis, in a copy of the project, on a port of its own.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createClient } from 'redis';
import { DUMP, freePort } from '../../src/tools/sessions/redisServer';
import { useCopy } from '../support/copy';

describe('npm run redis', () => {
  const copy = useCopy();
  let port: number;
  beforeEach(async () => {
    port = await freePort();
  });
  const start = () => copy().npm(['run', 'redis'], { PORT: `${port}` });
  const ready = /Ready to accept connections/;

  async function send(command: string, ...args: string[]): Promise<unknown> {
    const client = createClient({ port });
    const reply = await promisify<string, string[], unknown>(client.send_command).bind(client)(command, args);
    client.end(false);
    return reply;
  }

  it('knows the school, keeps what is stored when it is killed, and leaves dump.rdb as it is', async () => {
    const redis = start();
    await redis.waitForLine(ready);
    expect(await send('get', 'Holberton')).to.equal('School');
    await send('set', 'kept', 'yes');
    const [, pid] = /process_id:(\d+)/.exec(String(await send('info', 'server'))) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    expect(await redis.exit()).to.equal(1);
    expect(redis.lines.at(-1)).to.equal('Redis was killed: start it again, it keeps what was stored');
    const next = start();
    await next.waitForLine(ready);
    expect(await send('get', 'kept')).to.equal('yes');
    expect(await send('get', 'Holberton')).to.equal('School');
    await next.stop('SIGINT');
    expect(readFileSync(join(copy().folder, 'dump.rdb')).equals(readFileSync(DUMP))).to.equal(true);
  });

  it('ends when npm alone is told to, as a supervisor does it', async () => {
    const redis = start();
    await redis.waitForLine(ready);
    redis.process.kill('SIGTERM');
    await redis.exit(); // which waits until all have closed their output
    await redis.waitForLine(/bye bye/);
  });

  it('says in one line why it can not begin, exit 1', async () => {
    rmSync(join(copy().folder, 'dump.rdb'));
    const redis = start();
    expect(await redis.exit()).to.equal(1);
    expect(redis.lines.join('\n')).to.match(/^npm run redis can't start Redis: ENOENT.*dump\.rdb'?.*$/);
  });
});
