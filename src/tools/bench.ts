// npm run bench [PART ...] [-- --quick]: how fast the project is, next to what it could be, as one table of ratios. The parts
// are firstLine, requests and jobs; --quick tries them with less of everything, for numbers that say little.
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { firstLine } from './bench/firstLine';
import { jobs } from './bench/jobs';
import { endAll } from './bench/programs';
import { table } from './bench/ratios';
import { requests } from './bench/requests';

const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' } }, allowPositionals: true });
const rounds = values.quick ? 1 : 5;

const parts = {
  firstLine: () => firstLine(rounds),
  requests: () => requests(rounds, values.quick ? 0.2 : 0.5),
  jobs: () => jobs(rounds, values.quick ? 1_000 : 10_000),
};

async function main(): Promise<void> {
  const redis = /v=([\d.]+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1];
  console.log(`${availableParallelism()} cores, Node ${process.versions.node}, Redis ${redis}; ${rounds} rounds\n`);
  const start = performance.now();
  const rows = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    rows.push(...(await measure()));
    console.error(`${name} measured after ${Math.round((performance.now() - start) / 1000)} s`);
  }
  console.log(table(rows));
}

async function end(code: number): Promise<void> {
  await endAll();
  process.exit(code);
}

process.once('SIGINT', () => end(130));
process.once('SIGTERM', () => end(143));
main().then(
  () => end(0),
  (error) => {
    console.error(`${error}`);
    return end(1);
  },
);
