// A Redis of one's own, for what must not touch the Redis that is already there: the tests, the tour, the benchmark.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from './script';

/** The file of task 0, in which `Holberton` is `School`. */
export const DUMP = resolve(__dirname, '../../../dump.rdb');

const PORTS = 2000;
const FIRST_PORT = 20_000 + PORTS * (Number(process.env.MOCHA_WORKER_ID ?? 5) % 6);
const given = new Set<number>();

const folders = new Set<string>();
const remove = (folder: string) => rmSync(folder, { recursive: true, force: true });
process.on('exit', () => folders.forEach(remove)); // script.ts has ended what is in them

export type RedisServer = Awaited<ReturnType<typeof startRedis>>;

/**
 * Starts a redis-server on a free port of 127.0.0.1 and on a copy of dump.rdb in a folder of its own, with `options` as on
 * its command line, or on another port or file. Resolves when it answers; rejects if it can't be started.
 */
export async function startRedis(options: readonly string[] = [], at?: number, dump = DUMP) {
  const folder = mkdtempSync(join(tmpdir(), 'queuing-redis-'));
  folders.add(folder);
  copyFileSync(dump, join(folder, 'dump.rdb'));
  const port = at ?? (await freePort());
  const place = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--save', ''];
  const run = () => new Script(['redis-server', ...place, ...options], {}, true);
  let server = run();
  const isReady = () => server.waitForLine(/Ready to accept connections/);
  await isReady();
  return {
    port,
    /** What REDIS_URL must be to use it. */
    url: `redis://127.0.0.1:${port}`,
    get process() {
      return server.process;
    },
    /** Kills it without a chance to save, keeping its folder; `start` starts it again where it was. */
    kill: () => server.stop('SIGKILL'),
    start() {
      server = run();
      return isReady();
    },
    /** Ends it and removes its folder. */
    async stop() {
      await server.stop('SIGKILL');
      folders.delete(folder);
      remove(folder);
    },
  };
}

/**
 * A port of 127.0.0.1 that nobody listens on, below those that outgoing connections are given. Each process of mocha has ports of
 * its own, and gives each once: a Redis that is killed and started again must find its port free.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

/** Whether nobody listens on `port` of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
