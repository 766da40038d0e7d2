// npm run dev, and what all npm scripts say before the packages are installed.
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Script, stopScripts } from '../../src/tools/sessions/script';
import { privateRedis } from '../support/privateRedis';

const root = resolve(__dirname, '../..');

describe('npm run dev', () => {
  const redis = privateRedis();

  it('takes the name of a script with its folder too, starts it again when it is asked to, and ends with its terminal', async () => {
    const script = new Script(['npm', 'run', 'dev', 'src/6-job_processor.ts'], { REDIS_URL: redis().url });
    const creator = Script.task('6-job_creator.ts', redis().url);
    await creator.waitForLine('Notification job completed');
    script.process.stdin?.write('rs\n');
    await script.waitForLine(/starting `ts-node 6-job_processor\.ts`/, 2);
    const next = Script.task('6-job_creator.ts', redis().url);
    await next.waitForLine('Notification job completed');
    // A terminal that is closed. It resolves only when nothing that was started is left.
    await script.stop('SIGHUP');
  });

  for (const [name, likely] of [
    ['7', '7-job_creator.ts 7-job_processor.ts'],
    ['9-stock', '9-stock.ts'],
    ['7-jop.ts', /^0-redis_client\.ts .* 9-stock\.ts$/],
    ['', /^0-redis_client\.ts .* 9-stock\.ts$/],
  ] as const) {
    it(`names the scripts that may be meant by "${name}", exit 1`, async () => {
      const script = new Script(['npm', 'run', 'dev', '--silent', ...(name ? [name] : [])], {});
      expect(await script.exit()).to.equal(1);
      expect(script.lines).to.have.length(1);
      const [said, scripts] = script.lines[0]?.split(' There are: ') ?? [];
      expect(said).to.equal(`No script "${name}".`);
      if (typeof likely === 'string') expect(scripts).to.equal(likely);
      else expect(scripts).to.match(likely);
    });
  }
});

describe('a copy of the project', () => {
  let folder: string;
  const write = (file: string, text: string) => writeFileSync(join(folder, 'src', file), text);
  const create = (file: string, text: string) => {
    rmSync(join(folder, 'src', file)); // as git does
    write(file, text);
  };
  const npm = (...args: string[]) => new Script(['npm', '--prefix', folder, 'run', ...args], {});
  const installPackages = () => symlinkSync(resolve(root, 'node_modules'), join(folder, 'node_modules'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'queuing-dev-'));
    for (const part of ['package.json', 'tsconfig.json', 'src/tools', 'src/lib']) {
      cpSync(resolve(root, part), join(folder, part), { recursive: true });
    }
    write('redisConnect.ts', 'export const n = 1;');
    write('8-job.ts', "export { n } from './redisConnect';");
    write('8-job-main.ts', "import { n } from './8-job';\nconsole.log('run', n, ...process.argv.slice(2));\n");
    write('7-other.ts', "import { n } from './redisConnect';\nconsole.log('run', n);\n");
  });
  afterEach(async () => {
    await stopScripts(); // they may still write into it
    rmSync(folder, { recursive: true });
  });

  it('runs a script again when it or a file that it imports is saved, in whatever way, and not for another task', async () => {
    installPackages();
    write('7-other copy.ts', '');
    const script = npm('dev', '8-job-main.ts');
    const other = npm('dev', '7-other.ts');
    await Promise.all([script.waitForLine('run 1'), other.waitForLine('run 1')]);
    for (const time of ['once', 'twice']) {
      write('7-other copy.ts', `// ${time}`);
      write('tools/tour.ts', `// ${time}`);
      create('7-other.ts', `console.log('run ${time}');`);
      await other.waitForLine(`run ${time}`);
    }
    expect(script.lines.filter((line) => line.startsWith('run'))).to.have.length(1);

    for (const n of [2, 3]) {
      create('8-job.ts', `export const n = ${n};`);
      await script.waitForLine(`run ${n}`);
    }
    write('8-job-main.ts', 'import { n } from "./8-job";\nconsole.log("quoted", n);\n');
    await script.waitForLine('quoted 3');
    const quoted = npm('dev', '8-job-main.ts');
    await quoted.waitForLine('quoted 3');
    create('8-job.ts', 'export const n = 4;');
    await quoted.waitForLine('quoted 4');
    await quoted.stop('SIGTERM');
    create('8-job.ts', 'export const n = 3;');
    rmSync(join(folder, 'src/8-job-main.ts'));
    await script.waitForLine(/app crashed/);
    write('new', "import { n } from './8-job';\nconsole.log('run moved', n);\n");
    renameSync(join(folder, 'src/new'), join(folder, 'src/8-job-main.ts'));
    await script.waitForLine('run moved 3');
    write('lib/fail.ts', '');
    await script.waitForLine('run moved 3', 2);
    write('redisConnect.ts', '');
    await script.waitForLine('run moved 3', 3);
  });

  it('passes all further arguments to the script', async () => {
    installPackages();
    const script = npm('dev', '8-job-main.ts', '--', '--verbose', '-q', '8-job.ts');
    await script.waitForLine('run 1 --verbose -q 8-job.ts');
  });

  it('says in one line, whatever is run, that the packages are not installed, exit 1', async () => {
    const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
    const names = Object.keys(scripts).filter((name) => name !== 'setup');
    expect(names).to.include.members(['dev', 'test', 'start', 'redis', 'dashboard', 'bench']);
    for (const name of names) {
      const script = npm(name, '--silent', '--', '8-job-main.ts');
      expect(await script.exit(), name).to.equal(1);
      expect(script.lines.filter((line) => !line.startsWith('npm warn'))).to.deep.equal([
        'The packages are not installed: run "npm run setup" first',
      ]);
    }
  });
});
