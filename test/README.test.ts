// README.md points at lines, files, commands and headings of this project: they must be there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(__dirname, '..');
const readme = readFileSync(resolve(root, 'README.md'), 'utf8');

describe('README.md', () => {
  it('points at lines that hold what it quotes', () => {
    const links = [...readme.matchAll(/\[`([^`]+)`\]\(([^)#]+)#L(\d+)\)/g)];
    expect(links).to.have.length.above(8);
    for (const [, quoted = '', file = '', line] of links) {
      const lines = readFileSync(resolve(root, file), 'utf8').split('\n');
      expect(lines[Number(line) - 1], `${file}, line ${line}`).to.include(quoted);
    }
  });

  it('links to headings that it has', () => {
    const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const [, anchor = ''] of readme.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).to.include(anchor);
  });

  it('names every task, and commands and files that exist', () => {
    for (const file of readdirSync(resolve(root, 'src')).filter((name) => /^\d/.test(name))) {
      expect(readme).to.include(file);
    }
    for (const [, file = ''] of readme.matchAll(/npm run dev ([\w-]+\.ts)/g)) {
      expect(existsSync(resolve(root, 'src', file)), file).to.equal(true);
    }
    const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
    for (const [, script = ''] of readme.matchAll(/npm (?:run )?(\w+)/g)) {
      expect(['ci', 'packages', 'and', ...Object.keys(scripts)]).to.include(script);
    }
  });
});
