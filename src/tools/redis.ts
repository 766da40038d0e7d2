// npm run redis: the Redis of the course in the foreground, on 127.0.0.1:6379. It starts with the data of dump.rdb, and
// keeps what the scripts store in the folder .redis, so that the committed dump.rdb never changes. On another PORT it keeps
// its data in .redis-PORT: two that run at the same time must not write into the same files.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exitWith as fail } from '../lib/redis/shutdown';
import { port } from '../lib/server/jsonServer';
import { DUMP, isFree, NO_REDIS_SERVER } from './sessions/redisServer';

const ownPort = port(6379);
const name = ownPort === 6379 ? '.redis' : `.redis-${ownPort}`;
const folder = resolve(__dirname, '../..', name);
const log = join(folder, 'appendonly.aof');
const logOfRedis7 = join(folder, 'appendonlydir');
const OTHER_DATA = `or delete the folder ${name} to start with the data of dump.rdb again`;

/** Makes the folder, with an append-only file: what was stored is there also when Redis was killed. */
function prepareFolder(): void {
  if (!existsSync(DUMP)) fail('dump.rdb is missing: get it back with "git checkout dump.rdb"');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK);
    // An append-only file may begin with an RDB file. Redis 7 moves it into its own folder.
    if (!existsSync(log) && !existsSync(logOfRedis7)) copyFileSync(DUMP, log);
  } catch (error) {
    fail(`The folder ${name} can't be used: move away what is in its place (${error})`);
  }
  const version = /v=(\d+)/.exec(`${spawnSync('redis-server', ['--version']).stdout}`)?.[1] ?? fail(NO_REDIS_SERVER);
  if (Number(version) < 7 && existsSync(logOfRedis7)) {
    fail(`The data in ${name} is from Redis 7 or later, and this is Redis ${version}: use a later one, ${OTHER_DATA}`);
  }
}

async function main(): Promise<void> {
  if (!(await isFree(ownPort))) {
    fail(
      `Port ${ownPort} is taken, most likely by another Redis: use that one, or stop it first (src/README.md says how)`,
    );
  }
  prepareFolder();
  const options = ['--port', `${ownPort}`, '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'];
  // Ctrl+C reaches redis-server too, which saves and exits: wait for it.
  process.on('SIGINT', () => {});
  const server = spawn('redis-server', ['--bind', '127.0.0.1', ...options], { stdio: 'inherit' });
  server.on('exit', (code, signal) => {
    if (code === 0) process.exit();
    if (signal === 'SIGKILL') fail('Redis was killed: start it again, it keeps what was stored');
    fail(`Redis has ended (${signal ?? `exit code ${code}`}). Mend what its last lines say, ${OTHER_DATA}`);
  });
  // It would outlive a terminal that is closed.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill('SIGTERM'));
}

main();
