// npm start: the tour through all tasks, run as its users do.
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { session } from '../../src/tools/sessions/sessions';

const root = resolve(__dirname, '../..');

describe('npm start', function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'queuing-tour-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const tour = () => new Script(['npm', 'start', '--silent'], { TMPDIR: folder, REDIS_URL: 'redis://127.0.0.1:1' });

  it('shows every task with its session, and leaves no file', async () => {
    const script = tour();
    expect(await script.exit(), script.lines.slice(-3).join('\n')).to.equal(0);
    expect(script.lines.at(-1)).to.match(/^Tasks 0 to 13 printed what the course shows, in [\d.]+ s\.$/);
    for (const file of (await readdir(join(root, 'src'))).filter((name) => /^\d.*(?<!8-job|9-stock)\.ts$/.test(name))) {
      const name = file.replace('.ts', '');
      const lines = script.lines.flatMap((line) => (line.split(' | ')[0]?.trim() === name ? [line.slice(22)] : []));
      expect(lines, file).to.include.members(session(`npm run dev ${file}`));
    }
    expect(script.lines).to.include('{"status":"Not enough stock available","itemId":1}');
    // Its port would not be the one of the curl commands above and below it.
    expect(script.lines.filter((line) => /\| Listening on/.test(line))).to.deep.equal([]);
    expect((await readdir(folder)).filter((name) => name.startsWith('queuing'))).to.deep.equal([]);
  });

  it('prints no colour to what is no terminal, even where the scripts are told to', async () => {
    for (const task of ['4', '11']) {
      const tour = `set -o pipefail; node_modules/.bin/ts-node src/tools/tour.ts ${task} | cat -v`;
      const script = new Script(['bash', '-c', tour], { TMPDIR: folder, FORCE_COLOR: '1', MOCHA_COLORS: '1' });
      expect(await script.exit(), script.lines.join('\n')).to.equal(0);
      expect(script.lines.filter((line) => line.includes('^['))).to.deep.equal([]);
    }
  });

  it('shows one task by its number or its file, also without .ts', async () => {
    for (const [name = '', title = ''] of [
      ['7', 'Tasks 6 and 7: '],
      ['src/1-redis_op.ts', 'Task 2: '],
      ['9-stock', 'Task 12: '],
    ]) {
      const script = Script.file('src/tools/tour.ts', '', { TMPDIR: folder }, [name]);
      expect(await script.exit()).to.equal(0);
      const titles = script.lines.filter((line) => /^Tasks? \d.*:/.test(line));
      expect(titles).to.have.length(1);
      expect(titles[0]).to.include(title);
    }
  });

  it('says which tasks there are where it has none of that name', async () => {
    const none = Script.file('src/tools/tour.ts', '', {}, ['14']);
    expect(await none.exit()).to.equal(1);
    expect(none.lines).to.have.length(1);
    expect(none.lines[0]).to.match(
      /^No task "14"\. There are: 0 to 13, or dump\.rdb 0-redis_client\.ts .* 100-seat\.ts$/,
    );
  });

  it('names a task that does not show what it should, and what was missing, exit 1', async () => {
    const copy = join(folder, 'copy');
    const kept = ['src', 'test/support', 'README.md', 'dump.rdb', 'package.json', 'tsconfig.json'];
    for (const name of kept) await cp(join(root, name), join(copy, name), { recursive: true });
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    const broken = join(copy, 'src/1-redis_op.ts');
    await writeFile(broken, (await readFile(broken, 'utf8')).replace("'100'", "'101'"));

    const script = new Script([join(root, 'node_modules/.bin/ts-node'), join(copy, 'src/tools/tour.ts'), '2'], {
      TMPDIR: folder,
    });
    expect(await script.exit()).to.equal(1);
    expect(script.lines.at(-1)).to.equal('Task 2 did not show what the course shows: missing "100", there is "101"');
  });

  it('leaves no file when it is ended in the middle', async () => {
    const script = Script.file('src/tools/tour.ts', '', { TMPDIR: folder }, ['5']);
    await script.waitForLine(/^5-publisher +\| About to send/);
    expect(await script.stop('SIGINT')).to.equal(1);
    expect(script.lines.at(-1)).to.equal('Ended by SIGINT');
    expect((await readdir(folder)).filter((name) => name.startsWith('queuing'))).to.deep.equal([]);
  });

  it('leaves no file when nobody reads it to the end', async () => {
    const script = new Script(['bash', '-c', 'node_modules/.bin/ts-node src/tools/tour.ts 12 | head -2'], {
      TMPDIR: folder,
    });
    await script.exit();
    expect(script.lines.filter((line) => line.startsWith('    at '))).to.deep.equal([]);
    expect((await readdir(folder)).filter((name) => name.startsWith('queuing'))).to.deep.equal([]);
  });
});
