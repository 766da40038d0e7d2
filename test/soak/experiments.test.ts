// The experiments of src/README.md, with the commands and lines that stand there, in a copy of the project.
import { freePort, startRedis } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { sections } from '../../src/tools/sessions/sessions';
import { play } from '../../src/tools/sessions/terminals';
import { useCopy } from '../support/copy';

const experiments = sections().filter(({ level, steps }) => level > 2 && steps.length > 0);

describe('what src/README.md says to try', () => {
  const copy = useCopy();

  for (const { title, steps } of experiments) {
    it(title, async () => {
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
});
