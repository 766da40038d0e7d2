// Does what a session of src/README.md shows: types its commands into terminals, and compares what these print.
import { once } from 'node:events';
import type { Script } from './script';
import type { Step } from './sessions';

const LIMIT_MS = 30_000;

/** What sessions leave out: the lines of nodemon, and where a server listens. */
const LEFT_OUT = /^\[nodemon\]|^Listening on /;

/** Where a session runs. */
export interface Place {
  /** Used in the place of 6379 and 1245, for which sessions are written. */
  readonly redisPort: number;
  readonly serverPort: number;
  /** Runs `command`, which is `typed` with these ports. */
  run(command: string, typed: string): Script | Promise<Script>;
}

/** Plays a session. Rejects, saying what is missing, when a terminal prints other lines than `steps`, or none for 30 s. */
export async function play(steps: readonly Step[], place: Place): Promise<void> {
  const terminals = new Map<string, Terminal>();
  for (const step of steps) {
    const terminal = terminals.get(step.terminal) ?? new Terminal(place);
    terminals.set(step.terminal, terminal);
    if (step.line.startsWith('$ ')) await terminal.type(step.line.slice(2));
    else await terminal.shows(step.line.replaceAll('127.0.0.1:6379', `127.0.0.1:${place.redisPort}`));
  }
  for (const terminal of terminals.values()) await terminal.finish();
}

class Terminal {
  private typed = '';
  private script: Script | undefined;
  private read = 0;
  private isSilent = false;
  private leavesOut = false;

  constructor(private readonly place: Place) {}

  /** Types a command, once the command before it has ended. */
  async type(typed: string): Promise<void> {
    await this.script?.exit();
    await this.finish();
    this.typed = typed;
    await this.run();
    this.isSilent = true;
    this.leavesOut = false;
  }

  private async run(): Promise<void> {
    const { redisPort, serverPort } = this.place;
    const command = this.typed
      .replaceAll('localhost:1245', `localhost:${serverPort}`)
      .replaceAll('redis-cli ', `redis-cli --no-raw -p ${redisPort} `) // prints as on a terminal,
      .replaceAll('curl ', 'curl -s '); // and so does curl: no progress
    this.script = await this.place.run(command, this.typed);
    this.read = 0;
  }

  /** Waits for a command that shows nothing: it must not fail. */
  async finish(): Promise<void> {
    const code = this.isSilent ? await this.script?.exit() : 0;
    if (code !== 0) throw new Error(`"${this.typed}" ended with ${code}: ${this.script?.lines.join(' | ')}`);
  }

  async shows(wanted: string): Promise<void> {
    this.isSilent = false;
    if (wanted === '^C') await this.script?.stop();
    else if (wanted === '...') this.leavesOut = true;
    else await this.waitFor(wanted, this.leavesOut ? 2 : 1);
  }

  private async waitFor(wanted: string, tries: number): Promise<void> {
    const { script } = this;
    if (!script) throw new Error(`there is no command above "${wanted}"`);
    const limit = { signal: AbortSignal.timeout(LIMIT_MS) };
    for (;;) {
      const lines = script.lines.filter((line) => !LEFT_OUT.test(line));
      for (const line of lines.slice(this.read)) {
        this.read++;
        if (line === wanted) return;
        if (!this.leavesOut) throw new Error(`missing "${wanted}", there is "${line}"`);
      }
      if (script.ended) break;
      await once(script, 'change', limit).catch(() => {
        throw new Error(`missing "${wanted}", waited for ${LIMIT_MS / 1000} s`);
      });
    }
    if (tries <= 1) throw new Error(`missing "${wanted}", there is nothing more`);
    // What is shown last may take a moment longer than the command, as the jobs of a server do.
    await this.run();
    await this.waitFor(wanted, tries - 1);
  }
}
