// npm start: the tour through all tasks, run as its users do.
import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { temporaryFolder, useCopy } from '../support/copy';

describe('npm start', () => {
  const copy = useCopy();
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  const tour = (...names: string[]) => copy().npm(['start', '--', ...names], { TMPDIR: folder });
  const filesLeft = () => readdirSync(folder).filter((name) => name.startsWith('queuing'));

  it('plays every session of src/README.md, and leaves no file', async () => {
    const script = tour();
    expect(await script.exit(), script.lines.slice(-3).join('\n')).to.equal(0);
    expect(script.lines.at(-1)).to.equal('Tasks 0 to 13 printed what the course shows.');
    expect(script.lines).to.include(
      '7-job_creator       | Notification job #1 failed: Phone number 4153518780 is blacklisted',
    );
    expect(script.lines).to.include('{"status":"Not enough stock available","itemId":1}');
    expect(filesLeft()).to.deep.equal([]);
  });

  it('plays one task, and says which there are', async () => {
    const task = tour('src/1-redis_op');
    expect(await task.exit()).to.equal(0);
    expect(task.lines.at(-1)).to.equal('Task 2 printed what the course shows.');
    const none = tour('14');
    expect(await none.exit()).to.equal(1);
    expect(none.lines.join('\n')).to.match(/^No task "14"\. There are: 0 to 13, or dump\.rdb( [\w.-]+\.ts)+$/);
  });

  it('names a task that does not show what it should, and what was missing, exit 1', async () => {
    copy().write('src/1-redis_op.ts', '');
    const script = tour('2');
    expect(await script.exit()).to.equal(1);
    expect(script.lines.join('\n')).to.include(`Task 2 did not show what the course shows:
$ npm run dev 1-redis_op.ts
the course shows: Redis client connected to the server
instead came:     (nothing more)`);
  });

  it('leaves no file when it is ended in the middle, or nobody reads it to the end', async () => {
    const script = tour('5');
    await script.waitForLine(/^5-publisher +\| About to send/);
    expect(await script.stop('SIGINT')).to.not.equal(0);
    await new Script(['bash', '-c', 'npm start --silent 12 | head -2'], { TMPDIR: folder }).exit();
    expect(filesLeft()).to.deep.equal([]);
  });
});
