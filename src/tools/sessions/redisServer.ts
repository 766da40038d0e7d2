// A Redis of one's own, for what must not touch the Redis that is already there: the tests, the tour, the benchmark.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The file of task 0, in which `Holberton` is `School`. */
export const DUMP = resolve(__dirname, '../../../dump.rdb');

/** Said where the program is missing, for every tool that starts a Redis. */
export const NO_REDIS_SERVER = 'redis-server is not installed: run "npm run setup"';

const PORTS = 2000;
const FIRST_PORT = 20_000 + PORTS * (Number(process.env.MOCHA_WORKER_ID ?? 5) % 6);
const given = new Set<number>();

// However this process ends, no Redis outlives it, nor its folder.
const running = new Map<string, ChildProcess | undefined>();
process.on('exit', () => {
  for (const [folder, server] of running) {
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

export interface RedisServer {
  readonly port: number;
  /** What REDIS_URL must be to use it. */
  readonly url: string;
  readonly process: ChildProcess;
  /** Kills it without a chance to save, keeping its folder; `start` starts it again where it was. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a redis-server on a free port of 127.0.0.1 and on a copy of dump.rdb in a folder of its own, with `options` as on
 * its command line. Resolves when it answers; rejects with one line if it can't be started.
 */
export async function startRedis(options: readonly string[] = []): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'queuing-redis-'));
  running.set(folder, undefined);
  copyFileSync(DUMP, join(folder, 'dump.rdb'));
  const port = await freePort();
  const always = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--save', ''];
  let server: ChildProcess;

  async function start(): Promise<void> {
    server = spawn('redis-server', [...always, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.set(folder, server);
    await isReady(server);
  }
  async function kill(): Promise<void> {
    if (server.kill('SIGKILL')) await once(server, 'exit');
  }
  async function stop(): Promise<void> {
    await kill();
    running.delete(folder);
    rmSync(folder, { recursive: true });
  }

  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get process() {
      return server;
    },
    kill,
    start,
    stop,
  };
}

async function isReady(server: ChildProcess): Promise<void> {
  server.on('error', () => {}); // said below
  const lines: string[] = [];
  if (server.stdout)
    for await (const line of createInterface({ input: server.stdout })) {
      if (line.includes('Ready to accept connections')) return void server.stdout.resume();
      lines.push(line);
    }
  throw new Error(
    server.pid === undefined ? NO_REDIS_SERVER : `redis-server does not start: ${lines.slice(-3).join(' ')}`,
  );
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
