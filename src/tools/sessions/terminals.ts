// Does what a session of src/README.md shows: types its commands into terminals, and compares what these print.
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Script } from './script';
import type { Step } from './sessions';

const MORE_MS = 500; // after the last line: is there one more?
const END_MS = 8000; // after Ctrl+C

/** What sessions leave out: the lines of nodemon, and where a server listens. */
const LEFT_OUT = /^\[nodemon\]|^Listening on /;

/** Mocha's `(625ms)` does not count. */
const timeless = (line: string) => line.replace(/ \(\d+m?s\)$/, '');
/** If the course leaves a choice, both are right in somebody's solution. */
const tidy = (line: string) => timeless(line).replace(/(?<=Notification job )#|(?<=server: ).*ECONNREFUSED.*/g, '');

/** There, lines of several jobs may come in any order, those of one job may not: its id, or the phone number. */
const jobOf = (line: string) => /^(?:Notification job|Sending notification)\D*(\d+)/.exec(line)?.[1];

/** Where a session runs. */
export interface Place {
  /** Used in the place of 6379 and 1245, for which sessions are written. */
  readonly redisPort: number;
  readonly serverPort: number;
  /** Runs `command`, which is `typed` with these ports. */
  run(command: string, typed: string): Script | Promise<Script>;
  /** Whether it is somebody's solution: the course's choices are free, and nothing may come that is not shown. */
  readonly isWhole?: boolean;
}

/** `typed` printed `came`, not `wanted`. Its message has a line for each. */
export class Mismatch extends Error {
  constructor(typed: string, wanted = '', came = '') {
    const [shown, printed] = [wanted, came].map((line) => line.slice(0, 400) || '(nothing more)');
    super(`$ ${typed}\nthe course shows: ${shown}\ninstead came:     ${printed}`);
  }
}

/** Plays a session. Rejects with a `Mismatch` if a terminal prints other lines than `steps`, or none for too long. */
export async function play(steps: readonly Step[], place: Place): Promise<void> {
  const terminals = new Map<string, Terminal>();
  for (const { terminal: name, line } of steps) {
    const terminal = terminals.get(name) ?? new Terminal(place);
    terminals.set(name, terminal);
    if (line.startsWith('$ ')) await terminal.type(line.slice(2));
    else await terminal.show(line.replaceAll('127.0.0.1:6379', `127.0.0.1:${place.redisPort}`));
  }
  if (place.isWhole) await Promise.all([...terminals.values()].map((terminal) => terminal.show('^C')));
}

class Terminal {
  private typed = '';
  private script: Script | undefined;
  private unread: string[] = [];
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
    Object.assign(this, { typed, leavesOut, unread: [] });
    this.script = await run(command, typed);
    this.script.on('line', (line) => LEFT_OUT.test(line) || this.unread.push(line));
  }

  /** Does what a line below a command stands for. */
  async show(wanted: string): Promise<void> {
    if (wanted === '^C') {
      await this.isRead();
      await Promise.race([this.script?.stop(), setTimeout(END_MS, undefined, { ref: false })]);
      if (this.script?.ended === false) throw new Mismatch(`${this.typed} ^C`, '(its end)', '(it goes on)');
    } else if (wanted === '...') this.leavesOut = true;
    else if (!(await this.prints(wanted))) {
      // What is shown last may take a moment longer than the command, as the jobs of a server do: type it once more.
      if (this.leavesOut) await this.type(this.typed, true);
      if (!this.leavesOut || !(await this.prints(wanted))) this.isNot(wanted);
    }
  }

  /** Throws if it printed more than was shown, if that matters here. */
  private async isRead(): Promise<void> {
    if (!this.place.isWhole) return;
    await setTimeout(MORE_MS);
    if (this.unread.length > 0 && !this.leavesOut) this.isNot('');
  }

  private isNot(wanted: string): never {
    throw new Mismatch(this.typed, wanted, this.unread.at(-1));
  }

  /** Resolves to true once the next line, or one after it if lines are left out, is `wanted`; to false at the end. */
  private async prints(wanted: string): Promise<boolean> {
    const { script, unread } = this;
    const { isWhole } = this.place;
    const limit = { signal: AbortSignal.timeout(isWhole ? 10_000 : 20_000) }; // check itself has 30 s for a task
    const isRight = (line: string) => (isWhole ? tidy(line) === tidy(wanted) : timeless(line) === wanted);
    while (script) {
      const n = unread.findIndex(this.leavesOut ? isRight : (line) => !isWhole || jobOf(line) === jobOf(wanted));
      const [line] = n < 0 ? [] : unread.splice(n, 1);
      if (line !== undefined && !isRight(line)) throw new Mismatch(this.typed, wanted, line);
      if (line !== undefined) return true;
      if (script.ended) break;
      await once(script, 'change', limit).catch(() => this.isNot(wanted));
    }
    return false;
  }
}
