// A Redis of one's own, for what must not touch the Redis that is already there: the tests, the tour, the benchmark.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
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
 * its command line. Resolves when it answers; rejects with one line when it can't be started.
 */
export async function startRedis(options: readonly string[] = []): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'queuing-redis-'));
  running.set(folder, undefined);
  let port = 0;
  let server: ChildProcess;

  async function start(): Promise<void> {
    server = await run(folder, port, options);
  }
  async function startOnFreePort(): Promise<void> {
    port = await freePort();
    await start().catch(async (error) => {
      if (await isFree(port)) throw error;
      await startOnFreePort(); // somebody else has taken the port
    });
  }
  async function kill(): Promise<void> {
    if (server.kill('SIGKILL')) await once(server, 'exit');
  }
  async function remove(): Promise<void> {
    running.delete(folder);
    await rm(folder, { recursive: true });
  }

  try {
    await copyFile(DUMP, join(folder, 'dump.rdb'));
    await startOnFreePort();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get process() {
      return server;
    },
    kill,
    start,
    stop: () => kill().then(remove),
  };
}

/** Resolves when the server is ready. */
async function run(folder: string, port: number, options: readonly string[]): Promise<ChildProcess> {
  const always = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--save', ''];
  const server = spawn('redis-server', [...always, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.set(folder, server);
  server.on('error', () => {}); // said below
  let last = '';
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes('Ready to accept connections')) {
      server.stdout.resume();
      return server;
    }
    if (line.trim()) last = line;
  }
  throw new Error(server.pid === undefined ? NO_REDIS_SERVER : `redis-server does not start: ${last}`);
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
