// "Take it with you" of src/README.md, typed as it stands there into an empty folder. It needs the npm registry.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { type RedisServer, startRedis } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';

const root = resolve(__dirname, '../..');

describe('what src/README.md says to take along', function () {
  this.timeout(180_000);
  let redis: RedisServer;
  let folder: string;

  before(async () => {
    redis = await startRedis();
    folder = await mkdtemp(join(tmpdir(), 'queuing-own-'));
  });
  after(async () => {
    await redis.stop();
    await rm(folder, { recursive: true });
  });

  /** Types `commands` in that folder, with the TypeScript that is installed there. */
  const type = (commands: string, where: string) =>
    new Script(['bash', '-c', `cd "${where}"\n${commands}`], { REDIS_URL: redis.url, TS_NODE_COMPILER: undefined });

  /** Types `block`, whose last line starts the processor of task 9, and has it do jobs. Resolves to what the others printed. */
  async function doesJobs(block: string, where: string, whereThen = where): Promise<string> {
    const [, setup = '', start = ''] = /^([\s\S]*?) &&\n(.+)\n$/.exec(block) ?? [];
    const made = type(setup, where);
    expect(await made.exit(), made.lines.join('\n')).to.equal(0);
    const processor = type(start, whereThen);
    const creator = Script.task('7-job_creator.ts', redis.url);
    await processor.waitForLine(
      'Sending notification to 4151218782, with message: This is the code 4321 to verify your account',
    );
    await creator.stop();
    await processor.stop();
    return made.lines.join('\n');
  }

  it('makes a project whose processor does jobs, with one version of redis, also beside modules', async () => {
    const page = await readFile(join(root, 'src/README.md'), 'utf8');
    const [, recipe = ''] = page.split('\n## Take it with you\n');
    const [project = '', asModule = ''] = [...recipe.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
      ([, block = '']) => block,
    );
    const own = join(folder, 'my-queue');

    const ofCourse = (course: string) => project.replace(/^COURSE=.*/, `COURSE="${course}"`);

    expect(await type(ofCourse('/nowhere'), folder).exit()).to.not.equal(0);
    expect(await readdir(folder)).to.deep.equal([]);
    const printed = await doesJobs(ofCourse(root), folder, own);
    expect([...new Set(printed.match(/redis@[\d.]+/g))]).to.deep.equal(['redis@3.1.2']);
    expect(await type(ofCourse(root), folder).exit(), 'typed again').to.not.equal(0);
    expect(await readdir(folder)).to.deep.equal(['my-queue']);
    await doesJobs(`npm pkg set type=module\n${asModule}`, own);
  });
});
