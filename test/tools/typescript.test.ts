// What ts-node shows of a file that can't be compiled.
import { join } from 'node:path';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { useCopy } from '../support/copy';

describe('the compiler', () => {
  const copy = useCopy();

  it('shows a syntax error in one line, with its place, and no stack of its own, exit 1', async () => {
    copy().write('src/script.ts', 'const jobs = [1, 2];\nconsole.log(jobs;\n');
    const file = join(copy().folder, 'src/script.ts');
    const script = Script.file(file, '');
    expect(await script.exit()).to.equal(1);
    const lines = script.lines.filter((line) => !/^Node\.js|^$/.test(line));
    expect(lines[0]).to.match(/script\.ts\(2,17\): error TS1005: '\)' expected\.$/);
    expect(lines.slice(1)).to.deep.equal([`    at ${file}`]);
  });
});
