// README.md and src/README.md point at code, files, commands and headings of this project: they must be there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { sections } from '../src/tools/sessions/sessions';

const root = resolve(__dirname, '..');
const source = join(root, 'src');
const read = (file: string) => readFileSync(resolve(root, file), 'utf8');
// Each task has a test of its name. What an experiment has made in src is no task.
const tasks = readdirSync(__dirname).flatMap((name) => (/^\d/.test(name) ? name.replace('.test', '') : []));
const words = 'packages and or i init install ls pkg'.split(' '); // behind `npm`, but no script
const packageJson = JSON.parse(read('package.json'));

const anchors = (markdown: string) =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

for (const page of ['README.md', 'src/README.md']) {
  describe(page, () => {
    const markdown = read(page);
    const pathOf = (link: string) => resolve(root, dirname(page), link);

    it('quotes code that stands in the file it links to', () => {
      for (const [, quoted = '', file = ''] of markdown.matchAll(/\[`([^`]+)`\]\(([^)#]+)\)/g)) {
        expect(read(pathOf(file)), file).to.include(quoted);
      }
    });

    it('links to files and headings that there are', () => {
      for (const [, link = ''] of markdown.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
        const [file = '', anchor] = link.split('#');
        const path = file ? pathOf(file) : resolve(root, page);
        expect(existsSync(path), link).to.equal(true);
        if (anchor) expect(anchors(read(path)), link).to.include(anchor);
      }
    });

    it('names every task, and commands and files that exist', () => {
      for (const file of tasks) expect(markdown).to.include(file);
      const made = [...markdown.matchAll(/> src\/([\w-]+\.ts)/g)].map(([, file]) => file); // by an experiment
      for (const [, file = ''] of markdown.matchAll(/npm run dev ([\w-]+\.ts)/g)) {
        expect(made.includes(file) || existsSync(join(source, file)), file).to.equal(true);
      }
      for (const [, script = ''] of markdown.matchAll(/npm (?:run )?(\w+)/g)) {
        expect([...words, ...Object.keys(packageJson.scripts)]).to.include(script);
      }
    });
  });
}

describe('README.md, the code in it', () => {
  const lines = read('README.md').split('\n').slice(0, 60).join('\n');
  const code = /^```ts\n([\s\S]*?)^```$/m.exec(lines)?.[1] ?? '';
  const quotes = [...code.matchAll(/^\/\/ (src\/.*)\n((?:(?!\/\/ ).*\n)*)/gm)];

  it('is twelve lines of a creator and a processor, within the first sixty, as they stand there', () => {
    expect(quotes.map(([, file]) => file)).to.deep.equal(['src/6-job_creator.ts', 'src/6-job_processor.ts']);
    for (const [, file = '', quoted = ''] of quotes) expect(read(file)).to.include(quoted.trim());
    expect(quotes.flatMap(([, , quoted = '']) => quoted.match(/.+/g))).to.have.length(12);
  });
});

describe('src/README.md, Redis commands', () => {
  it('lists each command of redis-cli that stands in a session', () => {
    const [, table = ''] = read('src/README.md').split('\n## Redis commands\n');
    for (const { line } of sections().flatMap(({ steps }) => steps)) {
      for (const [, command = ''] of line.matchAll(/redis-cli (?:--raw )?(\w+)/g)) {
        expect(table.split('\n## ')[0], line).to.match(new RegExp(`^\\| .*\\b${command}\\b`, 'm'));
      }
    }
  });
});
