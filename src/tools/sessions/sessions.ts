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

/** Reads src/README.md, or a `file` like it. Code blocks without a language are terminals: of the last one named above it. */
export function sections(file = '../README.md'): Section[] {
  const markdown = readFileSync(resolve(__dirname, '..', file), 'utf8');
  const list: Section[] = [];
  let terminal = '';
  const parts = /^(##+) (.*)\n\n((?:.+\n)+)|^```(.*)\n([\s\S]*?)^```$|^(?:The t|T)erminal (?:of )?(Redis|\d)/gm;
  for (const [, hashes, title = '', text = '', language, block, number] of markdown.matchAll(parts)) {
    if (hashes) list.push({ level: hashes.length, title, text, steps: [] });
    terminal = number ?? (hashes ? '1' : terminal);
    const lines = language === '' ? block?.trimEnd().split('\n') : [];
    list.at(-1)?.steps.push(...(lines ?? []).map((line) => ({ terminal, line })));
  }
  return list;
}
