// Part 1: from "npm run dev" to the first line, next to the course's own babel-node, and to plain node.
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CONNECTED } from '../../redisConnect';
import { benchRedis, root, run, temporaryFolder } from './programs';
import { inTurn, mean, type Row } from './ratios';

// Plain node is there so soon that a moment of the machine shows.
const NODE_TIMES = 4;

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
  const ways = {
    ours: () => msToFirstLine('npm', ['run', 'dev', '0-redis_client.ts'], root, redis.url),
    babel: () => msToFirstLine('npm', ['run', 'dev', '0-redis_client.js'], course, redis.url),
    node: mean(NODE_TIMES, () => msToFirstLine('node', ['src/0-redis_client.js'], compiled, redis.url)),
  };
  await inTurn(1, 1, ways); // until everything is in the disk cache
  const ms = await inTurn(rounds, 1, ways);
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

async function msToFirstLine(command: string, args: readonly string[], folder: string, url: string): Promise<number> {
  const start = performance.now();
  const program = run(command, args, folder, { REDIS_URL: url });
  if (!program.process.stdout) throw new Error(`${command} has no output`);
  for await (const line of createInterface({ input: program.process.stdout })) {
    if (line !== CONNECTED) continue;
    const ms = performance.now() - start;
    await program.stop();
    return ms;
  }
  throw new Error(`${command} ${args.join(' ')} has ended without its first line`);
}
