// A Redis of one's own, for what must not touch the Redis that is already there: the tests, the tour, the benchmark.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The file of task 0, in which `Holberton` is `School`. */
export const DUMP = resolve(__dirname, '../../dump.rdb');

/** Said where the program is missing, for every tool that starts a Redis. */
export const NO_REDIS_SERVER = 'redis-server is not installed: run "npm run setup"';

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
  const folder = await mkdtemp(join(tmpdir(), 'queuing-redis-'));
  await copyFile(DUMP, join(folder, 'dump.rdb'));

  let port = await freePort();
  let server: ChildProcess;
  const start = async () => {
    server = await run(folder, port, options);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    server.kill('SIGCONT');
    server.kill(signal);
    await exit;
  };

  try {
    await start().catch(async (error) => {
      if (await isFree(port)) throw error;
      port = await freePort(); // taken by somebody else since it was found free
      await start();
    });
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get process() {
      return server;
    },
    kill: () => end('SIGKILL'),
    start,
    stop: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true });
    },
  };
}

async function run(folder: string, port: number, options: readonly string[]): Promise<ChildProcess> {
  const always = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--save', ''];
  const server = spawn('redis-server', [...always, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const failure = once(server, 'error').then(() => {
    throw new Error(NO_REDIS_SERVER);
  });
  await Promise.race([failure, ready(server)]);
  return server;
}

async function ready(server: ChildProcess): Promise<void> {
  let last = '';
  if (server.stdout === null) throw new Error('redis-server has no output');
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes('Ready to accept connections')) {
      server.stdout.resume();
      return;
    }
    if (line.trim()) last = line;
  }
  throw new Error(`redis-server does not start: ${last}`);
}

/** A port of 127.0.0.1 that nobody listens on, below those that outgoing connections are given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

/** Whether nobody listens on `port` of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  if (!(await listening)) return false;
  server.close();
  await once(server, 'close');
  return true;
}
