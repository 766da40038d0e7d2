// A copy of the project, for what changes its files.
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script, stopScripts } from '../../src/tools/sessions/script';

const root = resolve(__dirname, '../..');
const COPIED = ['src', 'test', 'dump.rdb', 'package.json', 'tsconfig.json', '.mocharc.json'];

export interface Copy {
  readonly folder: string;
  /** Stores `text` in `file` of the copy. */
  write(file: string, text: string): void;
  /** Runs `npm ARGS` in the copy. */
  npm(args: readonly string[], env?: NodeJS.ProcessEnv): Script;
}

/** Gives each test of the suite that calls this a fresh copy, with the packages, and removes it afterwards. */
export function useCopy(): () => Copy {
  let folder: string;
  const path = (file: string) => join(folder, file);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'queuing-copy-'));
    for (const name of COPIED) cpSync(join(root, name), path(name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), path('node_modules'));
  });
  afterEach(async () => {
    await stopScripts(); // they may still write into it
    rmSync(folder, { recursive: true });
  });
  return () => ({
    folder,
    write: (file, text) => writeFileSync(path(file), text),
    npm: (args, env = {}) => new Script(['npm', '--prefix', folder, '--silent', ...args], env),
  });
}
