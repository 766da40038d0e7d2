// npm run check: somebody's solution, checked on ports of the test's own. The solutions are in test/support/solutions.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { freePort, isFree } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { temporaryFolder } from '../support/copy';

const solutions = resolve(__dirname, '../support/solutions');

describe('npm run check', function () {
  this.timeout(180_000);
  let ports: number[];
  beforeEach(async () => {
    ports = [await freePort(), await freePort()];
  });

  function check(folder: string, ...task: string[]): Script {
    const [redis, server] = ports;
    const command = ['npm', 'run', 'check', '--silent', '--', resolve(solutions, folder), ...task] as const;
    return new Script(command, { CHECK_REDIS_PORT: `${redis}`, CHECK_PORT: `${server}` });
  }
  const left = () => execFileSync('ps', ['ax', '-o', 'command='], { encoding: 'utf8' }).match(/sleep 98\.7/g);

  it('finds a right solution right, each task by the rules of the course, and changes nothing in it', async () => {
    const right = join(solutions, 'right');
    const files = () => readdirSync(right).map((file) => [file, statSync(join(right, file)).mtimeMs]);
    const before = files();
    const script = check('right');
    expect(await script.exit(), script.lines.join('\n')).to.equal(0);
    const found = script.lines.filter((line) => !/^–.* is not there$/.test(line)).join(' ');
    expect(found).to.equal(
      '✔ 2. 1-redis_op.js ✔ 6. 6-job_creator.js ✔ 9. 7-job_processor.js ✔ 10. 8-job.js ✔ 11. 8-job.test.js ✔ 12. 9-stock.js 6 right, 0 wrong, 8 not there',
    );
    expect(files()).to.deep.equal(before);
  });

  it('says what is wrong with each task and why, ends all that it started, and goes on', async () => {
    const script = check('wrong');
    expect(await script.exit()).to.equal(1);
    const report = script.lines.filter((line) => !/^–|^ {4}(\$ |the course shows|instead came)/.test(line));
    expect(report.map((line) => line.trim()).join('\n')).to.equal(`✖ 1. 0-redis_client.js
✖ 2. 1-redis_op.js
Ctrl+C must end it, and all that it has started.
✖ 3. 2-redis_op_async.js
Two replies came together: await displaySchoolValue('Holberton') first.
✖ 4. 4-redis_advanced_op.js
It prints without end.
✖ 6. 6-job_creator.js
The course writes no # before the number.
✖ 8. 7-job_creator.js
It printed: TypeError: It crashes
✖ 11. 8-job.test.js
There must be tests, and all must pass: npm test 8-job.test.js.
✖ 12. 9-stock.js
Sell what there is, no more: GET and SET are two steps, another request comes in between.
✖ 13. 100-seat.js
This is text, not JSON: answer with response.json(…).
0 right, 9 wrong, 5 not there`);
    expect(script.lines.join('\n')).to.include(`✖ 13. 100-seat.js
    $ curl localhost:1245/available_seats ; echo ""
    the course shows: {"numberOfAvailableSeats":"50"}
    instead came:     50`);
    expect(left()).to.equal(null);
    expect(await Promise.all(ports.map(isFree))).to.deep.equal([true, true]);
  });

  it('ends at once at Ctrl+C, and leaves nothing', async () => {
    const script = check('wrong', '1');
    const [redis = 0] = ports;
    while (spawnSync('redis-cli', ['-p', `${redis}`, 'ping']).status !== 0) await setTimeout(20);
    const start = performance.now();
    expect(await script.stop()).to.equal(1);
    expect(performance.now() - start).to.be.lessThan(2000);
    expect(script.lines).to.deep.equal(['', 'Stopped']);
    expect(left()).to.equal(null);
    expect(await isFree(redis)).to.equal(true);
  });

  it('says in one line what keeps it from checking', async () => {
    const folder = temporaryFolder();
    const [redis = 0] = ports;
    const server = createServer().listen(redis, '127.0.0.1');
    mkdirSync(join(folder, 'new'));
    writeFileSync(join(folder, 'new/1-redis_op.js'), '');
    for (const [script, line] of [
      [check('right'), `Port ${redis} is taken: end the program that listens there first`],
      [check('right', '14'), 'No task "14". There are: 0 to 13, or dump.rdb 0-redis_client.js '],
      [check(folder), `There is no task of the course in ${folder}`],
      [check(join(folder, 'no')), `There is no task of the course in ${folder}/no`],
      [check(join(folder, 'new')), `Packages are missing in ${folder}/new: run "npm install" there first`],
    ] as const) {
      expect(await script.exit()).to.equal(1);
      expect(script.lines).to.have.length(1);
      expect(script.lines[0]).to.include(line);
    }
    server.close();
  });
});
