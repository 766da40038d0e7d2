// Folders for what changes files: empty ones, and copies of the project.
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from '../../src/tools/sessions/script';

const root = resolve(__dirname, '../..');
const COPIED = ['src', 'test', 'dump.rdb', 'package.json', 'tsconfig.json', '.mocharc.json'];

// An interrupted run leaves none. script.ts has ended what may still write into them.
const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Makes an empty folder, which is removed when this process exits. Returns its path. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'queuing-test-'));
  folders.push(folder);
  return folder;
}

/** Gives each test of the suite that calls this a fresh copy of the project, with the packages. */
export function useCopy() {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  return () => ({
    folder,
    /** Stores `text` in `file` of the copy. */
    write: (file: string, text: string) => writeFileSync(join(folder, file), text),
    /** Runs `npm ARGS` in the copy. */
    npm: (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
      new Script(['npm', '--prefix', folder, '--silent', ...args], env),
  });
}
