// npm run setup, and what the other npm scripts say on a machine that lacks something.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { temporaryFolder } from '../support/copy';

const root = resolve(__dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const MISSING = 'redis-server redis-cli curl bash';

describe('a machine that lacks something', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    for (const name of ['sh', 'sed', 'sort', 'id', 'node']) {
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(folder, name));
    }
    fake('npm', 'npm $*');
  });

  function fake(program: string, prints: string): void {
    rmSync(join(folder, program), { force: true });
    writeFileSync(join(folder, program), `#!/bin/sh\necho "${prints}"\n`, { mode: 0o755 });
  }
  /** Runs an npm script, with no other programs than those in the folder. Resolves to what it prints when it ends with 1. */
  async function failure(name: string, cwd = root): Promise<string[]> {
    const script = new Script(['/bin/sh', '-c', `cd ${cwd} && ${scripts[name]}`], { PATH: folder });
    expect(await script.exit(), name).to.equal(1);
    return script.lines;
  }

  it('gets all that the sessions need from npm run setup, which names what it could not install', async () => {
    fake('apt-get', 'apt-get $*');
    const lines = await failure('setup');
    expect(lines).to.include('apt-get install -qy bash curl redis-server');
    expect(lines.filter((line) => new RegExp(`^Install these first .*: ${MISSING}$`).test(line))).to.have.length(1);
  });

  it('is told by npm start and npm test in one line what they miss', async () => {
    for (const name of ['start', 'test', 'soak']) {
      expect(await failure(name)).to.deep.equal([`Not installed, run "npm run setup" first: ${MISSING}`]);
    }
  });

  it('is told in one line which Node is needed, whatever is run', async () => {
    fake('node', 'v18.20.8');
    for (const name of Object.keys(scripts)) {
      const line = 'Node v18.20.8 is too old: install Node 20.19, 22.12 or newer, from https://nodejs.org say';
      expect(await failure(name)).to.deep.equal([line]);
    }
  });

  it('is told in one line that the packages are missing, whatever is run', async () => {
    cpSync(join(root, 'src/tools'), join(folder, 'src/tools'), { recursive: true });
    for (const name of Object.keys(scripts).filter((name) => name !== 'setup')) {
      const lines = await failure(name, folder);
      expect(lines).to.deep.equal(['The packages are not installed: run "npm run setup" first']);
    }
  });
});

describe('a clone that git makes with line ends of Windows', () => {
  it('has its files as they are committed', () => {
    const folder = temporaryFolder();
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
    git('clone', '-q', '-c', 'core.autocrlf=true', root, '.');
    expect(git('ls-files', '--eol').match(/.* w\/(crlf|mixed).*/g)).to.equal(null);
    expect(readFileSync(join(folder, 'dump.rdb')).equals(readFileSync(join(root, 'dump.rdb')))).to.equal(true);
  });
});

describe('npm test', () => {
  it('takes a test without its folder, and no word to search for as one', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'mocha'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const command = ['sh', 'src/tools/run.sh', 'mocha', '--grep', 'lib', '8-job.test.ts', 'lib'] as const;
    const script = new Script(command, { PATH: `${folder}:${process.env.PATH}` });
    await script.waitForLine('--grep lib test/8-job.test.ts test/lib');
  });
});
