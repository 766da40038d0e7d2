// Part 1: from "npm run dev" to the first line, next to the course's own babel-node, and to plain node.
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONNECTED } from '../../redisConnect';
import { benchRedis, type Program, root, run, temporaryFolder } from './programs';
import { inTurn, type Row, type Side } from './ratios';

// As in the course's package.json.
const coursePackage = {
  private: true,
  scripts: { dev: 'nodemon --exec babel-node --presets @babel/preset-env' },
  dependencies: { redis: '^2.8.0' },
  devDependencies: {
    '@babel/cli': '^7.8.0',
    '@babel/core': '^7.8.0',
    '@babel/node': '^7.8.0',
    '@babel/preset-env': '^7.8.2',
    '@babel/register': '^7.8.0',
    nodemon: '^2.0.2',
  },
};

const courseScript = `import redis from 'redis';

const client = redis.createClient(process.env.REDIS_URL);

client.on('connect', () => console.log('${CONNECTED}'));
client.on('error', (error) => console.log(\`Redis client not connected to the server: \${error}\`));
`;

/** Measures part 1, `rounds` times. Installs the course's babel-node for it, which needs npm's registry. */
export async function firstLine(rounds: number): Promise<Row[]> {
  const [course, compiled, redis] = await Promise.all([courseFolder(), compiledFolder(), benchRedis()]);
  const env = { REDIS_URL: redis.url };
  // Plain node is there so soon that a moment of the machine shows: four times. All take about as many turns.
  const sides = {
    ours: launches(1, 20, () => run('npm', ['run', 'dev', '0-redis_client.ts'], root, env)),
    babel: launches(1, 30, () => run('npm', ['run', 'dev', '0-redis_client.js'], course, env)),
    node: launches(4, 15, () => run('node', ['src/0-redis_client.js'], compiled, env)),
  };
  await inTurn(1, sides); // until everything is in the disk cache
  const ms = await inTurn(rounds, sides);
  await redis.stop();
  const row = { what: 'npm run dev 0-redis_client.ts: first line', unit: ' ms', ours: ms.ours };
  return [
    { ...row, over: 'babel-node under nodemon', theirs: ms.babel, atMost: 0.7 },
    { ...row, over: 'plain node, compiled', theirs: ms.node },
  ];
}

async function courseFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'package.json'), JSON.stringify(coursePackage));
  await writeFile(join(folder, '.babelrc'), '{ "presets": ["@babel/preset-env"] }\n');
  await writeFile(join(folder, '0-redis_client.js'), courseScript);
  await finish('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  return folder;
}

async function compiledFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await finish('node_modules/.bin/tsc', ['--noEmit', 'false', '--noCheck', '--outDir', folder], root);
  return folder;
}

async function finish(command: string, args: readonly string[], folder: string): Promise<void> {
  const program = run(command, args, folder);
  program.process.stdout?.resume();
  await once(program.process, 'close');
  await program.stop();
  if (program.process.exitCode !== 0) throw new Error(`${command} ${args[0]} has failed: see above`);
}

/** Launches a program again and again, `units` times a round, in turns of `ms`. */
function launches(units: number, ms: number, launch: () => Program): Side {
  let program: Program | undefined;
  let line: Promise<boolean> = Promise.resolve(true);
  return {
    units,
    async goOn() {
      const start = performance.now();
      if (program) {
        program.signal('SIGCONT');
      } else {
        program = launch();
        line = firstLineOf(program);
      }
      const isOver = await Promise.race([line, sleep(ms, false)]);
      const turn = { units: isOver ? 1 : 0, ms: performance.now() - start };
      if (isOver) {
        await program.stop();
        program = undefined;
      } else {
        program.signal('SIGSTOP');
      }
      return turn;
    },
  };
}

/** Resolves to true once a program has printed its first line. */
async function firstLineOf({ process }: Program): Promise<true> {
  if (process.stdout) {
    for await (const line of createInterface({ input: process.stdout })) if (line === CONNECTED) return true;
  }
  throw new Error(`${process.spawnargs.join(' ')} has ended without its first line`);
}
