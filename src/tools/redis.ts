// npm run redis: the Redis of the course in the foreground, on 127.0.0.1:6379. It starts with the data of dump.rdb, and keeps
// what is stored in the folder .redis: dump.rdb never changes. On another PORT, two at a time, its folder is .redis-PORT.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exitWith } from '../lib/redis/shutdown';
import { port } from '../lib/server/jsonServer';
import { DUMP, isFree } from './sessions/redisServer';

const ownPort = port(6379);
const name = ownPort === 6379 ? '.redis' : `.redis-${ownPort}`;
const folder = resolve(__dirname, '../..', name);

/** Makes the folder, with an append-only file: what was stored is there also if Redis is killed. */
function prepareFolder(): void {
  mkdirSync(folder, { recursive: true });
  // An append-only file may begin with an RDB file. Redis 7 moves it into a folder of its own.
  const isThere = ['appendonly.aof', 'appendonlydir'].some((file) => existsSync(join(folder, file)));
  if (!isThere) copyFileSync(DUMP, join(folder, 'appendonly.aof'));
}

async function main(): Promise<void> {
  if (!(await isFree(ownPort))) {
    throw new Error(`port ${ownPort} is taken, most likely by another Redis: use that one, or stop it first`);
  }
  prepareFolder();
  const options = ['--port', `${ownPort}`, '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'];
  const server = spawn('redis-server', ['--bind', '127.0.0.1', ...options], { stdio: 'inherit' });
  server.on('exit', (code, signal) => {
    if (code === 0) process.exit();
    if (signal === 'SIGKILL') exitWith('Redis was killed: start it again, it keeps what was stored');
    exitWith(`Redis has ended (${signal ?? code}): see its last lines, or delete ${name} to begin with dump.rdb again`);
  });
  // Ctrl+C reaches redis-server, too, which saves and exits: wait for it. A closed terminal or SIGTERM may not reach it.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill('SIGTERM'));
}

main().catch(({ message }) => exitWith(`npm run redis can't start Redis: ${message}`));
