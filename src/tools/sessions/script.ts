// A script of the course run as a process, the way its users run it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

const root = resolve(__dirname, '../../..');
const running = new Set<Script>();

/** All scripts that this process has started, in order, but those that are `kept`. */
export const scripts: Script[] = [];

// However this process ends, nothing outlives it.
process.on('exit', () => {
  for (const script of running) script.signal('SIGKILL');
});

/** A process and what it prints. */
export class Script extends EventEmitter<{ line: [line: string]; change: [] }> {
  /** What it has printed so far, on either output, without colours. */
  readonly lines: string[] = [];
  readonly process: ChildProcessWithoutNullStreams;

  /**
   * Runs `command` from the project's root with `env` on top of this process's own, in a process group of its own.
   * `stopScripts` leaves it running if it is `kept`.
   */
  constructor(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv, kept = false) {
    super();
    this.setMaxListeners(0);
    const [program, ...rest] = command;
    const { FORCE_COLOR, ...inherited } = process.env; // beside NO_COLOR, Node would warn of it in each script
    this.process = spawn(program, rest, { cwd: root, detached: true, env: { ...inherited, ...env } });
    for (const input of [this.process.stdout, this.process.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.lines.push(stripVTControlCharacters(line));
        this.emit('line', stripVTControlCharacters(line));
        this.emit('change');
      });
    }
    running.add(this);
    if (!kept) scripts.push(this);
    this.process.on('error', (error) => this.lines.push(`${error}`)); // no such program
    this.process.on('close', () => {
      running.delete(this);
      this.emit('change');
    });
  }

  /** Whether it has ended, and all that it printed is in `lines`. */
  get ended(): boolean {
    return !running.has(this);
  }

  /** Runs `file` of src, such as `1-redis_op.ts`, with `options`, with the Redis at `redisUrl`. */
  static task(file: string, redisUrl: string, env: NodeJS.ProcessEnv = {}, options: readonly string[] = []): Script {
    const command = [resolve(root, 'node_modules/.bin/ts-node'), resolve(root, 'src', file), ...options] as const;
    return new Script(command, { REDIS_URL: redisUrl, ...env });
  }

  /** Resolves once `count` lines that are `wanted`, or match it, were printed; rejects when it ends before. */
  async waitForLine(wanted: string | RegExp, count = 1): Promise<void> {
    const isWanted = (line: string) => (typeof wanted === 'string' ? line === wanted : wanted.test(line));
    while (this.lines.filter(isWanted).length < count) {
      if (this.ended) throw new Error(`it ended before it printed ${count} of ${wanted}:\n${this.lines.join('\n')}`);
      await once(this, 'change');
    }
  }

  /** Resolves to its exit code when it has ended by itself, or to the signal that ended it. */
  async exit(): Promise<number | NodeJS.Signals | null> {
    while (!this.ended) await once(this, 'change');
    return this.process.exitCode ?? this.process.signalCode;
  }

  /** Sends `signal` to it and whatever it started, as Ctrl+C in a terminal does, and waits for its end. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | NodeJS.Signals | null> {
    this.signal(signal);
    return this.exit();
  }

  /** Sends `signal` to it and whatever it started. */
  signal(signal: NodeJS.Signals): void {
    try {
      if (this.process.pid !== undefined) process.kill(-this.process.pid, signal);
    } catch {} // all of its group have ended
  }
}

/** Kills every script that still runs, and forgets all. */
export async function stopScripts(): Promise<void> {
  await Promise.all(scripts.splice(0).map((script) => script.stop('SIGKILL')));
}
