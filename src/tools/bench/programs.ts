// What the benchmark starts, and the end of all of it: at the end of the benchmark, when it fails, and at Ctrl+C.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createClient, type RedisClient } from 'redis';
import { startRedis } from '../redisServer';

/** The project's folder. */
export const root = resolve(__dirname, '../../..');

const ends = new Set<() => Promise<unknown>>();
let isEnding = false;
let fail: (error: Error) => void;

/** Rejects when a program that is measured ends by itself, or can't be reached. */
export const failure = new Promise<never>((_, reject) => {
  fail = reject;
});

/** Ends everything that the functions below have started, what was started last first, and has them start no more. */
export async function endAll(): Promise<void> {
  isEnding = true;
  for (const end of [...ends].reverse()) await end().catch(() => {});
}

function assertNotEnding(): void {
  if (isEnding) throw new Error('The benchmark is ending');
}

/** Has `end` done once: by the function that is returned, or else by `endAll`. */
function endOnce(end: () => Promise<unknown>): () => Promise<void> {
  const once = async () => {
    if (ends.delete(once)) await end();
  };
  ends.add(once);
  return once;
}

/** A new folder outside the project, removed at the end. */
export async function temporaryFolder(): Promise<string> {
  assertNotEnding();
  const folder = mkdtemp(join(tmpdir(), 'queuing-bench-'));
  endOnce(async () => rm(await folder, { recursive: true }));
  return folder;
}

export interface Redis {
  /** What REDIS_URL must be to use it. */
  readonly url: string;
  /** A connection to it, to look at what it holds. */
  readonly client: RedisClient;
  /** Has it stand still, or go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
}

/** Starts a Redis for the benchmark alone. */
export async function benchRedis(): Promise<Redis> {
  assertNotEnding();
  const starting = startRedis();
  let client: RedisClient | undefined;
  const stop = endOnce(async () => {
    client?.end(false); // first: it would try to reach the Redis that is gone
    await (await starting).stop();
  });
  const { url, process } = await starting;
  client = createClient(url);
  client.on('error', () => {}); // Ctrl+C ends this Redis too
  return { url, client, signal: (name) => process.kill(name), stop };
}

export interface Program {
  readonly process: ChildProcess;
  /** Has it and whatever it has started stand still, or go on. Throws when it has ended. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** Kills it and whatever it has started. */
  stop(): Promise<void>;
}

/**
 * Runs a TypeScript file, such as `src/9-stock.ts`, with `env` on top of this process's own environment. What it prints is
 * read and thrown away, what it prints on stderr is shown.
 */
export function runTypeScript(file: string, env: NodeJS.ProcessEnv, args: readonly string[] = []): Program {
  const preload = ['--expose-gc', '-r', 'ts-node/register', '-r', join(__dirname, 'child.ts')];
  return run('node', [...preload, file, ...args], root, env, true);
}

/** Runs `command` in `folder`, in a process group of its own. Its stdout must be read by the caller. */
export function run(
  command: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv = {},
  isOurs = false,
): Program {
  assertNotEnding();
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', ...(isOurs ? ['ipc' as const] : [])],
  });
  if (isOurs) child.stdout?.resume();
  const closed = once(child, 'close');
  const signal = (name: NodeJS.Signals) => {
    const isOver = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    if (isOver) throw new Error(`${command} ${args.join(' ')} has ended`);
    process.kill(-child.pid, name);
  };
  const stop = endOnce(async () => {
    if (child.pid === undefined) return;
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    await closed;
  });
  child.on('error', fail);
  if (isOurs) {
    child.once('exit', () => {
      if (ends.has(stop)) fail(new Error(`${command} ${args.join(' ')} has ended`));
    });
  }
  return { process: child, signal, stop };
}

/** Sends a program that `runTypeScript` runs a message. Resolves once it has answered. */
export async function ask({ process }: Program, message: string): Promise<void> {
  process.send(message);
  await once(process, 'message');
}
