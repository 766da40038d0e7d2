// npm run redis: the Redis of the course in the foreground, on 127.0.0.1:6379. It starts with the data of dump.rdb, and
// keeps what the scripts store in the folder .redis, so that the committed dump.rdb never changes.
import { spawn } from 'node:child_process';
import { constants, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createClient } from 'redis';
import { fail } from '../lib/fail';
import { DUMP, isFree, NO_REDIS_SERVER } from './redisServer';

const PORT = 6379;
const LOGS = ['appendonlydir/appendonly.aof.manifest', 'appendonly.aof']; // of Redis 7, of those before

const folder = resolve(__dirname, '../../.redis');

async function main(): Promise<void> {
  if (!(await isFree(PORT))) {
    fail(
      `Port ${PORT} is taken, most likely by another Redis: use that one, or stop it first (see README.md, Troubleshooting)`,
    );
  }
  mkdirSync(folder, { recursive: true });
  const data = join(folder, 'dump.rdb');
  if (!existsSync(data)) copyFileSync(DUMP, data, constants.COPYFILE_EXCL);
  // An append-only file keeps what was stored also when Redis is killed. Redis can't start with one on a dump.rdb alone.
  const hasLog = LOGS.some((log) => existsSync(join(folder, log)));
  const options = ['--bind', '127.0.0.1', '--port', `${PORT}`, '--dir', folder, '--appendonly', hasLog ? 'yes' : 'no'];
  const server = spawn('redis-server', options, { stdio: 'inherit' });
  if (!hasLog) {
    const client = createClient({ port: PORT, retry_strategy: () => 50 });
    client.config('SET', 'appendonly', 'yes', () => client.quit());
  }
  server.on('error', () => fail(NO_REDIS_SERVER));
  server.on('exit', (code) => process.exit(code ?? 1));
  // Ctrl+C reaches redis-server too, which saves and exits: wait for it.
  process.on('SIGINT', () => {});
  // It would outlive a terminal that is closed.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill('SIGTERM'));
}

main();
