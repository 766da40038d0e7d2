// npm run bench [PART ...]: how fast the project is beside other ways to do the same, as a Markdown table.
import { availableParallelism } from 'node:os';
import { exitWith as fail } from '../../lib/redis/shutdown';
import { firstLine } from './firstLine';
import { jobs } from './jobs';
import { requests } from './requests';
import { TABLE_HEAD } from './rounds';

const parts = new Map(Object.entries({ firstLine, requests, jobs }));

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !parts.has(name));
  if (unknown) throw new Error(`there is no part "${unknown}", choose from ${[...parts.keys()].join(', ')}`);

  console.log(`${availableParallelism()} cores, Node ${process.versions.node}\n\n${TABLE_HEAD}`);
  for (const [name, measure] of parts) {
    if (names.length === 0 || names.includes(name)) await measure();
  }
  process.exit();
}

// What was started or installed goes when this process exits: redisServer.ts, script.ts and install.ts see to it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => fail('Benchmark stopped'));
process.once('uncaughtException', ({ message }) => fail(`Benchmark failed: ${message.replaceAll(/\s*\n\s*/g, ' ')}`));
main();
