// npm run bench [PART ...]: how fast the project is beside other ways to do the same, as a Markdown table.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { exitWith } from '../../lib/redis/shutdown';
import { startRedis } from '../sessions/redisServer';
import { Script } from '../sessions/script';

const [WARM_UP, JOBS] = [2_000, 10_000];

type Side = () => Promise<number[]>;

/** Runs `count` rounds of both sides in turn, after one that does not count. Each value of a round is for one of `rows`. */
async function compare(count: number, here: Side, there: Side, ...rows: string[][]): Promise<void> {
  const rounds: [number[], number[]][] = [];
  for (let round = 0; round <= count; round++) rounds.push([await here(), await there()]);
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  for (const [index, [whatOver, unit, wanted]] of rows.entries()) {
    const pairs = rounds.slice(1).map(([ours, theirs]) => [ours[index] ?? 0, theirs[index] ?? 0] as const);
    const ratios = pairs.map(([ours, theirs]) => ours / theirs);
    const medians = [pairs.map(([ours]) => ours), pairs.map(([, theirs]) => theirs)].map(median);
    const shown = medians.map((value) => `${Number(value.toPrecision(3)).toLocaleString('en')} ${unit}`);
    const range = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
    console.log(`| ${[whatOver, ...shown, median(ratios).toFixed(2), range.join('–'), wanted].join(' | ')} |`);
  }
}

/** Copies a folder of this one, `bullmq` say, out of the project, and installs its packages. Returns its path. */
function install(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'queuing-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  cpSync(resolve(__dirname, name), folder, { recursive: true });
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--silent']);
  return folder;
}

async function firstLine(): Promise<void> {
  const { url } = await startRedis();
  const course = install('course');
  async function launch(...args: string[]): Promise<number[]> {
    const start = performance.now();
    const script = new Script(['npm', 'run', 'dev', ...args], { REDIS_URL: url });
    await script.waitForLine('Redis client connected to the server');
    const ms = performance.now() - start;
    await script.stop('SIGKILL');
    return [ms];
  }
  const theirs = () => launch('0-redis_client.js', '--prefix', course);
  const row = ['`npm run dev 0-redis_client.ts`: first line | babel-node under nodemon', 'ms', '≤ 0.65'];
  await compare(15, () => launch('0-redis_client.ts'), theirs, row);
}

async function jobs(): Promise<void> {
  /** Has jobs created, then done, on a Redis of their own. The sorted set `completed` holds those that are done. */
  const side = (creator: string, processor: string, completed: string) => async () => {
    const redis = await startRedis();
    const client = createClient(redis.url);
    const creating = new Script(['sh', '-c', `${creator} ${WARM_UP} ${JOBS}`], { REDIS_URL: redis.url });
    await creating.waitForLine(/^[\d.]+$/, 2);
    const processing = new Script(['sh', '-c', `${processor} > /dev/null`], { REDIS_URL: redis.url });
    let start = 0;
    for (let count = 0; count < WARM_UP + JOBS; await sleep(5)) {
      count = await promisify<string, number>(client.zcard).call(client, completed);
      if (count >= WARM_UP) start ||= performance.now();
      if (processing.ended) throw new Error(`${processor} has ended: ${processing.lines.join(' ')}`);
    }
    const ms = [Number(creating.lines.at(-1)), performance.now() - start];
    await processing.stop('SIGKILL');
    client.end(false);
    await redis.stop();
    return ms.map((each) => (1000 * JOBS) / each);
  };
  const bullmq = install('bullmq');
  await compare(
    9,
    side('ts-node src/tools/bench/creator.ts', 'ts-node src/7-job_processor.ts', 'q:jobs:complete'),
    side(`node ${bullmq}/creator.js`, `node ${bullmq}/processor.js`, 'bull:notifications:completed'),
    ['10,000 jobs created | BullMQ', '/s', '≥ 1'],
    ['10,000 jobs done by one processor | BullMQ', '/s', '≥ 1'],
  );
}

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  console.log(`${availableParallelism()} cores, Node ${process.versions.node}\n`);
  console.log('| what | over | here | there | ratio | min–max | wanted |\n|---|---|---|---|---|---|---|');
  for (const part of [firstLine, jobs]) if (names.length === 0 || names.includes(part.name)) await part();
  process.exit();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => exitWith('Stopped'));
main().catch(({ message }) => exitWith(`Benchmark failed: ${message}`));
