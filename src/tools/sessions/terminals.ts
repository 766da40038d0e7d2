// Does what a session of src/README.md shows: types its commands into terminals, and compares what these print.
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Script } from './script';
import type { Step } from './sessions';

const LIMIT_MS = 20_000;
const MORE_MS = 500; // after the last line: is there one more?

/** What sessions leave out: the lines of nodemon, and where a server listens. */
const LEFT_OUT = /^\[nodemon\]|^Listening on /;

/** Where a session runs. */
export interface Place {
  /** Used in the place of 6379 and 1245, for which sessions are written. */
  readonly redisPort: number;
  readonly serverPort: number;
  /** Runs `command`, which is `typed` with these ports. */
  run(command: string, typed: string): Script | Promise<Script>;
  /** How lines are compared. By default, as they are, but without mocha's `(625ms)`. */
  tidy?(line: string): string;
  /** Lines of other groups may come before. By default, there is one group. */
  groupOf?(line: string): string | undefined;
  /** Whether nothing may come that is not shown. */
  readonly isWhole?: boolean;
}

/** A terminal in which `typed` runs printed `came`, not `wanted`. */
export class Mismatch extends Error {
  constructor(
    readonly typed: string,
    readonly wanted = '',
    readonly came = '',
  ) {
    super(`missing "${wanted}", there is ${came ? `"${came}"` : 'nothing more'}`);
  }
}

/** Plays a session. Rejects with a `Mismatch` if a terminal prints other lines than `steps`, or none for 20 s. */
export async function play(steps: readonly Step[], place: Place): Promise<void> {
  const terminals = new Map<string, Terminal>();
  for (const { terminal: name, line } of steps) {
    const terminal = terminals.get(name) ?? new Terminal(place);
    terminals.set(name, terminal);
    if (line.startsWith('$ ')) await terminal.type(line.slice(2));
    else await terminal.show(line.replaceAll('127.0.0.1:6379', `127.0.0.1:${place.redisPort}`));
  }
  if (!place.isWhole) return;
  await setTimeout(MORE_MS);
  for (const terminal of terminals.values()) terminal.isRead();
}

class Terminal {
  private typed = '';
  private script: Script | undefined;
  private readonly read = new Set<number>();
  private leavesOut = false;

  constructor(private readonly place: Place) {}

  /** Types a command, once the command before it has ended. */
  async type(typed: string, leavesOut = false): Promise<void> {
    await this.script?.exit();
    const { redisPort, serverPort, run } = this.place;
    const command = typed
      .replaceAll('localhost:1245', `localhost:${serverPort}`)
      .replaceAll('redis-cli ', `redis-cli --no-raw -p ${redisPort} `) // prints as on a terminal,
      .replaceAll('curl ', 'curl -s '); // and so does curl: no progress
    this.script = await run(command, typed);
    this.typed = typed;
    this.read.clear();
    this.leavesOut = leavesOut;
  }

  /** Does what a line below a command stands for. */
  async show(wanted: string): Promise<void> {
    if (wanted === '^C') await this.script?.stop();
    else if (wanted === '...') this.leavesOut = true;
    else if (!(await this.prints(wanted))) {
      // What is shown last may take a moment longer than the command, as the jobs of a server do: type it once more.
      if (this.leavesOut) await this.type(this.typed, true);
      if (!this.leavesOut || !(await this.prints(wanted))) throw new Mismatch(this.typed, wanted);
    }
  }

  /** Throws if it printed more than was shown. */
  isRead(): void {
    const more = this.lines().find((_, n) => !this.read.has(n));
    if (more !== undefined && !this.leavesOut) throw new Mismatch(this.typed, '', more);
  }

  private lines = () => this.script?.lines.filter((line) => !LEFT_OUT.test(line)) ?? [];

  /** Resolves to true once the next line, or one after it if lines are left out, is `wanted`; to false at the end. */
  private async prints(wanted: string): Promise<boolean> {
    const { script, lines, place } = this;
    const { tidy = (line) => line.replace(/ \(\d+m?s\)$/, ''), groupOf = () => '' } = place;
    const limit = { signal: AbortSignal.timeout(LIMIT_MS) };
    while (script) {
      for (const [n, line] of lines().entries()) {
        if (this.read.has(n) || groupOf(line) !== groupOf(wanted)) continue;
        this.read.add(n);
        if (tidy(line) === tidy(wanted)) return true;
        if (!this.leavesOut) throw new Mismatch(this.typed, wanted, line);
      }
      if (script.ended) break;
      await once(script, 'change', limit).catch(() => {
        throw new Mismatch(this.typed, wanted);
      });
    }
    return false;
  }
}
