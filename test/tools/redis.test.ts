// npm run redis, in a copy of the project, on a port of its own.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createClient } from 'redis';
import { DUMP, freePort } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';

const root = resolve(__dirname, '../..');

describe('npm run redis', () => {
  let folder: string;
  let port: number;
  const data = () => inFolder(`.redis-${port}`);
  const inFolder = (path: string) => join(folder, path);
  const run = (env: NodeJS.ProcessEnv = {}) =>
    new Script(['npm', '--prefix', folder, 'run', '--silent', 'redis'], { PORT: `${port}`, ...env });
  const isReady = /Ready to accept connections/;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'queuing-run-redis-'));
    for (const part of ['package.json', 'tsconfig.json', 'dump.rdb', 'src', 'test/support']) {
      cpSync(resolve(root, part), inFolder(part), { recursive: true });
    }
    symlinkSync(resolve(root, 'node_modules'), inFolder('node_modules'));
    port = await freePort();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function ask(command: 'get' | 'set' | 'info', ...args: string[]): Promise<unknown> {
    const client = createClient({ port });
    const reply = await promisify<string, string[], unknown>(client.send_command).bind(client)(command, args);
    client.end(false);
    return reply;
  }

  async function killServer(signal: NodeJS.Signals): Promise<void> {
    const [, pid] = /process_id:(\d+)/.exec(String(await ask('info', 'server'))) ?? [];
    process.kill(Number(pid), signal);
  }

  it('knows the school, keeps what is stored when it is killed, for its port only, and leaves dump.rdb as it is', async () => {
    const redis = run();
    await redis.waitForLine(isReady);
    expect(await ask('get', 'Holberton')).to.equal('School');
    await ask('set', 'kept', 'yes');
    await redis.stop('SIGKILL');
    const next = run();
    await next.waitForLine(isReady);
    expect(await ask('get', 'kept')).to.equal('yes');
    expect(await ask('get', 'Holberton')).to.equal('School');
    await next.stop('SIGINT');
    port = await freePort();
    const other = run();
    await other.waitForLine(isReady);
    expect(await ask('get', 'kept')).to.equal(null);
    await other.stop('SIGKILL');
    expect(readFileSync(inFolder('dump.rdb')).equals(readFileSync(DUMP))).to.equal(true);
  });

  it('says to start it again when Redis was killed, which loses nothing', async () => {
    const redis = run();
    await redis.waitForLine(isReady);
    await killServer('SIGKILL');
    expect(await redis.exit()).to.equal(1);
    expect(redis.lines.at(-1)).to.equal('Redis was killed: start it again, it keeps what was stored');
  });

  it('says to look at its last lines when Redis has crashed, as it may do so again', async () => {
    const redis = run();
    await redis.waitForLine(isReady);
    await killServer('SIGSEGV');
    expect(await redis.exit()).to.equal(1);
    expect(redis.lines.at(-1)).to.match(/^Redis has ended \(SIGSEGV\)\. Mend what its last lines say, or delete/);
  });

  it('ends with Ctrl+C the moment it is ready', async () => {
    const redis = Script.file(inFolder('src/tools/redis.ts'), '', { PORT: `${port}` });
    await redis.waitForLine(isReady);
    expect(await redis.stop('SIGINT')).to.equal(0);
  });

  it('ends when npm alone is told to, as a supervisor does it', async () => {
    const redis = run();
    await redis.waitForLine(isReady);
    redis.process.kill('SIGTERM');
    await redis.exit(); // which waits until all have closed their output
    await redis.waitForLine(/bye bye/);
  });

  /** Expects that it ends with 1, and that its last line, or its only one, is `line`. */
  async function endsWith(line: RegExp, env?: NodeJS.ProcessEnv, only = true): Promise<void> {
    const redis = run(env);
    expect(await redis.exit()).to.equal(1);
    const lines = redis.lines.filter((each) => !each.startsWith('npm warn'));
    expect(lines.at(-1)).to.match(line);
    if (only) expect(lines).to.have.length(1);
  }

  it('says in one line that its port is taken', async () => {
    const other = run();
    await other.waitForLine(isReady);
    await endsWith(/^Port \d+ is taken, most likely by another Redis: use that one, or stop it first/);
  });

  it('says in one line that the folder of its data is a file', async () => {
    writeFileSync(data(), '');
    await endsWith(/^The folder \.redis-\d+ can't be used: move away what is in its place \(Error: EEXIST/);
  });

  it('says in one line that dump.rdb is missing', async () => {
    rmSync(inFolder('dump.rdb'));
    await endsWith(/^dump\.rdb is missing: get it back with "git checkout dump\.rdb"$/);
  });

  it('says in one line that redis-server is missing', async () => {
    const tsNode = resolve(root, 'node_modules/.bin/ts-node');
    const script = new Script([process.execPath, tsNode, inFolder('src/tools/redis.ts')], {
      PATH: '',
      PORT: `${port}`,
    });
    expect(await script.exit()).to.equal(1);
    expect(script.lines).to.deep.equal(['redis-server is not installed: run "npm run setup"']);
  });

  it('says in one line that an older Redis does not know the append-only file', async () => {
    for (const path of [join(data(), 'appendonlydir'), inFolder('bin')]) mkdirSync(path, { recursive: true });
    writeFileSync(join(data(), 'appendonlydir/appendonly.aof.manifest'), '');
    const program = '#!/bin/sh\necho "Redis server v=6.0.10 sha=00000000:0"\n';
    writeFileSync(inFolder('bin/redis-server'), program, { mode: 0o755 });
    const env = { PATH: `${inFolder('bin')}:${process.env.PATH}` };
    await endsWith(
      /^The data in \.redis-\d+ is from Redis 7 or later, and this is Redis 6: use a later one, or delete/,
      env,
    );
  });

  it('ends with a line of what to do when Redis does not start with the data of a newer one', async () => {
    mkdirSync(join(data(), 'appendonlydir'), { recursive: true });
    const log = (file: string) => join(data(), `appendonlydir/appendonly.aof.${file}`);
    writeFileSync(log('manifest'), 'file appendonly.aof.1.base.rdb seq 1 type b\n');
    cpSync(DUMP, log('1.base.rdb'));
    writeFileSync(log('1.base.rdb'), readFileSync(DUMP).fill('REDIS0099', 0, 9));
    await endsWith(
      /^(Redis has ended \(exit code 1\)\. Mend what its last lines say|The data in \.redis-\d+ is from Redis 7 .*), or delete the folder \.redis-\d+/,
      {},
      false,
    );
  });
});
