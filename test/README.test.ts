// README.md and src/README.md point at code, files, commands and headings of this project: they must be there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(__dirname, '..');
const source = join(root, 'src');
const read = (file: string) => readFileSync(resolve(root, file), 'utf8');
const tasks = readdirSync(source).filter((name) => /^\d/.test(name));
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
        expect(['packages', 'and', ...Object.keys(packageJson.scripts)]).to.include(script);
      }
    });
  });
}

describe('src/README.md, Take it with you', () => {
  const rows = read('src/README.md')
    .split('\n')
    .filter((line) => line.startsWith('| ['))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const links = (cell = '') => [...cell.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
  const groups = (cell = '') => cell.split(', ').filter((name) => name !== '');
  const helpers = rows.filter(([, file]) => !/\d/.test(file ?? ''));
  const scripts = rows.filter(([, script]) => /\d-/.test(script ?? ''));

  /** Adds to `files` what `file` of src needs, itself included. */
  function addImports(file: string, files: Set<string>): Set<string> {
    if (files.has(file)) return files;
    files.add(file);
    const text = readFileSync(join(source, file), 'utf8');
    for (const [, name = ''] of text.matchAll(/from '(\.[^']+)'/g))
      addImports(join(dirname(file), `${name}.ts`), files);
    if (text.includes("from 'kue/lib/")) files.add('lib/kueInternals.d.ts');
    if (/(?<!function )readLua\(/.test(text)) files.add('lib/lua');
    return files;
  }

  it('has the files that each script needs, and no others', () => {
    expect(scripts).to.have.length.above(6);
    for (const [, script, group, also] of scripts) {
      const needed = new Set<string>();
      for (const file of links(script)) addImports(file, needed);
      const helped = helpers.filter(([, , of]) => groups(of).some((name) => groups(group).includes(name)));
      const listed = [...links(script), ...helped.flatMap(([, file]) => links(file)), ...links(also)];
      expect(listed, script).to.have.members([...needed]);
    }
  });

  it('names the packages that each script needs, in the versions of package.json', () => {
    for (const [, script, , , packages = ''] of scripts) {
      const needed = new Set<string>();
      for (const file of links(script)) addImports(file, needed);
      const texts = [...needed].filter((file) => file.endsWith('.ts')).map((file) => read(join('src', file)));
      const used = ['redis', 'kue', 'express'].filter((name) => texts.some((text) => text.includes(`from '${name}'`)));
      const dependencies: Record<string, string> = packageJson.dependencies;
      expect(packages.split(', '), script).to.have.members(used.map((name) => `${name} ${dependencies[name]}`));
    }
  });
});
