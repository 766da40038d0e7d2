// The compiler that ts-node gets, and what is kept of it from one run for the next.
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { useCopy } from '../support/copy';

describe('the compiler', () => {
  const copy = useCopy();
  const run = (code: string) => {
    copy().write('src/script.ts', code);
    const compiler = join(copy().folder, 'src/tools/typescript.cjs');
    return Script.file(join(copy().folder, 'src/script.ts'), '', { TS_NODE_COMPILER: compiler });
  };

  it('shows a syntax error in one line, with its place, and no stack of its own, exit 1', async () => {
    const script = run('const jobs = [1, 2];\nconsole.log(jobs;\n');
    expect(await script.exit()).to.equal(1);
    const file = join(copy().folder, 'src/script.ts');
    const lines = script.lines.filter((line) => !/^Node\.js|^$/.test(line));
    expect(lines).to.have.length(2);
    expect(lines[0]).to.match(/script\.ts\(2,17\): error TS1005: '\)' expected\.$/);
    expect(lines[1]).to.equal(`    at ${file}`);
  });

  it('makes what it keeps anew when it is damaged', async () => {
    const packages = join(copy().folder, 'node_modules');
    const real = realpathSync(packages);
    rmSync(packages); // the cache of all others is there
    mkdirSync(packages);
    for (const name of ['typescript', '@types']) symlinkSync(join(real, name), join(packages, name));
    await run('').exit();
    const cache = join(packages, '.cache');
    const [folder = ''] = readdirSync(cache);
    for (const damage of [(_text: string) => '', (text: string) => text.slice(0, -9)]) {
      for (const name of readdirSync(join(cache, folder))) {
        const file = join(cache, folder, name);
        writeFileSync(file, damage(readFileSync(file, 'latin1')), 'latin1');
      }
      const script = run("console.log('hello' satisfies string);");
      expect(await script.exit()).to.equal(0);
      expect(script.lines).to.deep.equal(['hello']);
    }
  });
});
