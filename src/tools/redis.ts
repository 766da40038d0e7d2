// npm run redis: the Redis of the course in the foreground, on 127.0.0.1:6379. It starts with the data of dump.rdb, and
// keeps what the scripts store in the folder .redis, so that the committed dump.rdb never changes.
import { spawn } from 'node:child_process';
import { constants, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail } from './fail';
import { DUMP, isFree, NO_REDIS_SERVER } from './redisServer';

const PORT = 6379;
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

  const server = spawn(
    'redis-server',
    ['--bind', '127.0.0.1', '--port', `${PORT}`, '--dir', folder, '--save', '60 1'],
    {
      stdio: 'inherit',
    },
  );
  server.on('error', () => fail(NO_REDIS_SERVER));
  server.on('exit', (code) => process.exit(code ?? 1));
  // Ctrl+C reaches redis-server too, which saves and exits: wait for it.
  process.on('SIGINT', () => {});
  // It would outlive a terminal that is closed.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill('SIGTERM'));
}

main();
