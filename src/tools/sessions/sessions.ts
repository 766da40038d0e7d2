// src/README.md as data: its sessions and experiments, for the tests and the tour, so that what it shows can't go stale.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A line in a terminal: `$ COMMAND` is typed, `^C` is pressed, `...` stands for any lines, and all else is printed. */
export interface Step {
  readonly terminal: string;
  readonly line: string;
}

/** A heading of src/README.md and what is below it: a task, or an experiment of the task before. */
export interface Section {
  readonly level: number;
  readonly title: string;
  /** Its first paragraph. */
  readonly text: string;
  readonly steps: Step[];
}

/** Reads src/README.md, or another `file` like it. Its code blocks without a language are terminals: each is of the last `Terminal N` named above it. */
export function sections(file = '../README.md'): Section[] {
  const markdown = readFileSync(resolve(__dirname, '..', file), 'utf8');
  const list: Section[] = [];
  let terminal = '';
  const parts = /^(##+) (.*)\n\n((?:.+\n)+)|^```(.*)\n([\s\S]*?)^```$|^Terminal (\d)/gm;
  for (const [, hashes, title = '', text = '', language, block, number] of markdown.matchAll(parts)) {
    if (hashes) list.push({ level: hashes.length, title, text, steps: [] });
    terminal = number ?? (hashes ? '1' : terminal);
    const lines = language === '' ? block?.trimEnd().split('\n') : [];
    list.at(-1)?.steps.push(...(lines ?? []).map((line) => ({ terminal, line })));
  }
  return list;
}

/**
 * What src/README.md shows below `$ COMMAND` in that terminal, up to the next command or `^C`. `nth` picks one if the command
 * stands there more than once. Throws if src/README.md has no such session.
 */
export function session(command: string, nth = 1): string[] {
  const steps = sections().flatMap((section) => section.steps);
  const found = steps.flatMap(({ terminal, line }, index) => (line === `$ ${command}` ? [{ terminal, index }] : []));
  const start = found[nth - 1];
  if (!start) throw new Error(`src/README.md shows no ${nth === 1 ? '' : `${nth}. `}session of: ${command}`);
  const after = steps.slice(start.index + 1).filter(({ terminal }) => terminal === start.terminal);
  const end = after.findIndex(({ line }) => line === '^C' || line.startsWith('$ '));
  return after.slice(0, end < 0 ? after.length : end).map(({ line }) => line);
}
