// The experiments of src/README.md, with the commands and lines that stand there, in a copy of the project.
import { expect } from 'chai';
import { freePort, startRedis } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { sections } from '../../src/tools/sessions/sessions';
import { play } from '../../src/tools/sessions/terminals';
import { useCopy } from '../support/copy';

const isTask = (title: string) => /^\d/.test(title);
const experiments = sections().map(({ level, title, steps }, index, all) => {
  const above = all.slice(0, index).findLast((section) => section.level === 2);
  return { isOne: level > 2 && steps.length > 0, task: above?.title ?? '', title, steps };
});

describe('what src/README.md says to try', () => {
  const copy = useCopy();

  for (const { task, title, steps } of experiments.filter(({ isOne }) => isOne)) {
    it(`${task}: ${title}`, async () => {
      const redis = await startRedis(['--save', '3600', '1']); // keeps what it has when it is shut down
      const serverPort = await freePort();
      const env = { REDIS_URL: redis.url, PORT: `${serverPort}`, npm_config_loglevel: 'silent' };
      const run = async (command: string) => {
        const isRedis = command === 'npm run redis'; // on port 6379, which is not ours
        if (isRedis) await redis.start();
        return new Script(['bash', '-c', isRedis ? 'true' : `cd ${copy().folder} && ${command}`], env);
      };
      await play(steps, { redisPort: redis.port, serverPort, run });
      await redis.stop();
    });
  }

  it('has one for every task', () => {
    const withExperiment = experiments.filter(({ isOne }) => isOne).map(({ task }) => task);
    expect(withExperiment).to.include.members(sections().flatMap(({ title }) => (isTask(title) ? [title] : [])));
  });
});
