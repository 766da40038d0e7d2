// npm run dev.
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import type { Script } from '../../src/tools/sessions/script';
import { useCopy } from '../support/copy';

describe('npm run dev', () => {
  const copy = useCopy();
  const dev = (...args: string[]) => copy().npm(['run', 'dev', ...args]);
  const numbers = (script: Script) => script.lines.at(-1)?.match(/\d+/g)?.map(Number) ?? [];

  /** Runs `code` until it has printed the id of its process and that of nodemon. */
  async function devOf(code: string): Promise<Script> {
    const print = "setInterval(() => {}, 1000);\nconsole.log('run', process.pid, process.ppid);";
    copy().write('src/8-job-main.ts', `${code}\n${print}\n`);
    const script = dev('8-job-main.ts');
    await script.waitForLine(/^run/);
    return script;
  }

  it('runs a script again when it or a file that it imports, also through another, is saved, and for no other task', async () => {
    const { folder, write } = copy();
    write('src/redisConnect.ts', 'export const n = 1;');
    write('src/8-job.ts', "export { n } from './redisConnect';");
    write('src/8-helper.ts', "export { n } from './8-job.js';");
    write('src/8-job-main.ts', "import { n } from './8-helper.js';\nconsole.log('run', n);");
    const script = dev('8-job-main.ts');
    await script.waitForLine('run 1');
    write('src/7-job_creator.ts', '');
    write('src/new.ts', '');
    write('src/redisConnect.ts', 'export const n = 2;');
    await script.waitForLine('run 2');
    rmSync(join(folder, 'src/8-job.ts')); // as git does
    write('src/8-job.ts', 'export const n = 3;');
    await script.waitForLine('run 3');
    write('src/new', "import { n } from './7-job_creator';\nconsole.log('moved', n);");
    renameSync(join(folder, 'src/new'), join(folder, 'src/8-job-main.ts'));
    await script.waitForLine('moved undefined');
    write('src/7-job_creator.ts', 'export const n = 4;');
    await script.waitForLine('moved 4');
    expect(script.lines.filter((line) => line.startsWith('run'))).to.deep.equal(['run 1', 'run 2', 'run 3']);
  });

  it('passes all arguments to the script as they were typed', async () => {
    const typed = ["it's", '$HOME', '*', 'a;b', '', 'two words', '"', '\\', '-q', '--', '--watch', '8-job.ts'];
    copy().write('src/8-job-main.ts', 'console.log(JSON.stringify(process.argv.slice(2)));');
    await dev('src/8-job-main.ts', '--', ...typed).waitForLine(JSON.stringify(typed));
  });

  it('names the scripts that may be meant, exit 1', async () => {
    const some = dev('7');
    expect(await some.exit()).to.equal(1);
    expect(some.lines).to.deep.equal(['No script "7". There are: 7-job_creator.ts 7-job_processor.ts']);
    const all = dev();
    expect(await all.exit()).to.equal(1);
    expect(all.lines.join('\n')).to.match(/^No script ""\. There are: 0-redis_client\.ts .* 9-stock\.ts$/);
  });

  it('shows a syntax error in one line, with its place, and no stack of the compiler', async () => {
    copy().write('src/8-job-main.ts', 'const jobs = [1, 2];\nconsole.log(jobs;\n');
    const script = dev('8-job-main.ts');
    await script.waitForLine(/app crashed/);
    expect(script.lines).to.include("8-job-main.ts(2,17): error TS1005: ')' expected.");
    expect(script.lines.filter((line) => line.startsWith('    at '))).to.have.length(1);
  });

  it('leaves no script behind when it is killed', async () => {
    const script = await devOf("process.on('SIGTERM', () => process.exit(console.log('has ended')))");
    process.kill(numbers(script)[1] ?? 0, 'SIGKILL');
    await script.waitForLine('has ended');
    await script.exit(); // which waits until all have closed their output
  });

  it('leaves no script behind when no more files can be watched, and says so', async () => {
    const { folder, write, npm } = copy();
    const error = "Object.assign(new Error('ENOSPC: no watches'), { code: 'ENOSPC' })";
    write('full.cjs', `require('node:fs').watch = () => { throw ${error}; };`);
    write('src/8-job-main.ts', 'setInterval(() => {}, 1000);');
    const script = npm(['run', 'dev', '8-job-main.ts'], { NODE_OPTIONS: `--require ${join(folder, 'full.cjs')}` });
    expect(await script.exit()).to.equal(1);
    await script.waitForLine('[nodemon] Internal watch failed: ENOSPC: no watches');
  });

  it('does not start a script again that a signal to all has ended before nodemon', async () => {
    const script = await devOf('');
    process.kill(numbers(script)[0] ?? 0, 'SIGTERM');
    await script.waitForLine(/app crashed/);
    await script.stop('SIGTERM');
    expect(script.lines.filter((line) => line.startsWith('run'))).to.have.length(1);
  });

  it("gives a script's own handler of Ctrl+C its time, when nodemon is told first", async () => {
    const script = await devOf(
      "process.once('SIGINT', () => setTimeout(() => process.exit(console.log('saved')), 300));",
    );
    process.kill(numbers(script)[1] ?? 0, 'SIGINT');
    await setTimeout(30);
    await script.stop('SIGINT');
    expect(script.lines.at(-1)).to.equal('saved');
  });

  it('starts a script again at rs, once its handler of SIGTERM is done', async () => {
    const script = await devOf(
      "process.once('SIGTERM', () => setTimeout(() => process.exit(console.log('saved')), 300));",
    );
    script.process.stdin.write('rs\n');
    await script.waitForLine(/^run/, 2);
    expect(script.lines).to.include('saved');
  });
});
