// The experiments of src/README.md, with the commands and lines that stand there, in a copy of the project.
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { sections } from '../../src/tools/sessions/sessions';
import { play } from '../../src/tools/sessions/terminals';
import { privateRedis } from '../support/privateRedis';

const root = resolve(__dirname, '../..');
const COPIED = ['src', 'test', 'dump.rdb', 'package.json', 'tsconfig.json', '.mocharc.json'];

describe('what src/README.md says to try', function () {
  this.timeout(120_000);
  const redis = privateRedis('--save', '3600', '1'); // keeps what it has when it is shut down
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'queuing-experiment-'));
    for (const name of COPIED) await cp(join(root, name), join(folder, name), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  let task = '';
  const withExperiment = new Set<string>();
  for (const { level, title, steps } of sections()) {
    if (level === 2) task = title;
    if (level === 2 || steps.length === 0) continue;
    withExperiment.add(task);

    it(`${task}: ${title}`, async () => {
      const serverPort = await freePort();
      const run = async (command: string) => {
        const isRedis = command === 'npm run redis'; // on port 6379, which is not ours
        if (isRedis) await redis().start();
        return new Script(['bash', '-c', isRedis ? 'true' : `cd ${folder} && ${command}`], {
          REDIS_URL: redis().url,
          PORT: `${serverPort}`,
          npm_config_loglevel: 'silent',
        });
      };
      await play(steps, { redisPort: redis().port, serverPort, run });
    });
  }

  it('has one for every task', () => {
    const tasks = sections().flatMap(({ level, title }) => (level === 2 && /^\d/.test(title) ? [title] : []));
    expect(tasks.join().match(/\d+(?=\. )/g)).to.have.length(14);
    expect([...withExperiment]).to.include.members(tasks);
  });
});
