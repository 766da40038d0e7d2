// npm run bench [PART ...] [-- --quick]: how fast the project is, next to what it could be, as one table of ratios. The parts
// are firstLine, requests and jobs; --quick tries them with less of everything, for numbers that say little.
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { firstLine } from './bench/firstLine';
import { jobs } from './bench/jobs';
import { endAll, failure } from './bench/programs';
import { table } from './bench/ratios';
import { requests } from './bench/requests';

const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' } }, allowPositionals: true });
const isQuick = values.quick ?? false;

// As many rounds as five minutes have room for.
const parts = {
  firstLine: () => firstLine(isQuick ? 1 : 5),
  requests: () => (isQuick ? requests(1, 1_000) : requests(5, 5_500)),
  jobs: () => (isQuick ? jobs(2, 1_000) : jobs(5, 10_000)),
};

async function main(): Promise<void> {
  const redis = /v=([\d.]+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1];
  console.log(`${availableParallelism()} cores, Node ${process.versions.node}, Redis ${redis}\n`);
  const start = performance.now();
  const rows = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    rows.push(...(await measure()));
    console.error(`${name} measured after ${Math.round((performance.now() - start) / 1000)} s`);
  }
  console.log(table(rows));
}

let isEnding = false;

async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await endAll();
  process.exit(code);
}

process.once('SIGINT', () => end(130));
process.once('SIGTERM', () => end(143));
Promise.race([main(), failure]).then(
  () => end(0),
  async (error) => {
    await setImmediate(); // a Ctrl+C that a program has died of reaches us in this moment
    if (!isEnding) console.error(`${error}`);
    return end(1);
  },
);
