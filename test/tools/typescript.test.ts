// The compiler that ts-node gets, and what V8 has made of it, kept from one run for the next.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';

const root = resolve(__dirname, '../..');

describe('the compiler', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'queuing-compiler-'));
    for (const part of ['src/tools', 'node_modules']) mkdirSync(join(folder, part), { recursive: true });
    for (const part of ['tsconfig.json', 'src/tools/typescript.cjs'])
      copyFileSync(resolve(root, part), join(folder, part));
    for (const part of ['typescript', '@types']) {
      symlinkSync(resolve(root, 'node_modules', part), join(folder, 'node_modules', part));
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (code: string) => {
    writeFileSync(join(folder, 'script.ts'), code);
    const env = { TS_NODE_COMPILER: join(folder, 'src/tools/typescript.cjs') };
    return Script.file(join(folder, 'script.ts'), '', env);
  };

  /** The files in which it keeps itself, under the name `compiler`, and what it has made of scripts. */
  function keptFiles(): string[] {
    const [name = ''] = readdirSync(join(folder, 'node_modules/.cache'));
    const kept = join(folder, 'node_modules/.cache', name);
    return readdirSync(kept).map((file) => join(kept, file));
  }

  it('makes what it keeps of itself anew when a bit of it is wrong', async () => {
    const hello = "console.log('hello' satisfies string);";
    await run(hello).exit();
    const kept = keptFiles().find((file) => file.endsWith('compiler')) ?? '';
    for (const part of [0, 0.4, 1]) {
      const damaged = readFileSync(kept);
      expect(damaged).to.have.length.above(1e6);
      const at = Math.floor(part * (damaged.length - 1));
      damaged.writeUInt8((damaged[at] ?? 0) ^ 4, at);
      writeFileSync(kept, damaged);
      const script = run(hello);
      expect(await script.exit(), `byte ${at}`).to.equal(0);
      expect(script.lines).to.deep.equal(['hello']);
      expect(readFileSync(kept).equals(damaged), `byte ${at}`).to.equal(false);
    }
  });

  it('makes what it keeps of a script anew when a bit of it is wrong', async () => {
    const hello = "console.log('hello' satisfies string);";
    await run(hello).exit();
    const kept = keptFiles().filter((file) => !file.endsWith('compiler'));
    expect(kept).to.have.length(1);
    for (const file of kept) writeFileSync(file, readFileSync(file, 'latin1').replace('hello', 'hallo'), 'latin1');
    const script = run(hello);
    expect(await script.exit()).to.equal(0);
    expect(script.lines).to.deep.equal(['hello']);
  });

  it('is not stopped by empty files in the place of what it keeps', async () => {
    await run('').exit();
    for (const file of keptFiles()) writeFileSync(file, '');
    expect(await run('').exit()).to.equal(0);
  });

  it('shows a syntax error with its line, and no stack of its own, exit 1', async () => {
    const script = run('const jobs = [1, 2];\nconsole.log(jobs;\n');
    expect(await script.exit()).to.equal(1);
    expect(script.lines.filter((line) => !/^Node\.js|^$/.test(line))).to.deep.equal([
      `${relative(root, join(folder, 'script.ts'))}:2:17 - error TS1005: ')' expected.`,
      '2 console.log(jobs;',
      '                  ~',
      `    at ${join(folder, 'script.ts')}`,
    ]);
  });
});
