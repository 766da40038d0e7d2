// npm run check [-- FOLDER [TASK]]: which tasks of the solution in FOLDER do what the course shows? Without FOLDER: this project's.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { exitWith } from '../lib/redis/shutdown';
import { end, explain } from './check/solution';
import { check, isOurs, TASK_MS } from './check/tasks';
import { freePort, isFree, startRedis } from './sessions/redisServer';
import { Mismatch } from './sessions/terminals';

const LATE = 'It is not done after 30 s.';
const TASKS =
  `dump.rdb 0-redis_client 1-redis_op 2-redis_op_async 4-redis_advanced_op 5-subscriber,5-publisher 6-job_creator
  6-job_processor 7-job_creator 7-job_processor 8-job 8-job.test 9-stock 100-seat`.split(/\s+/);

const own = resolve(__dirname, '..');
const [given = own, wanted = ''] = process.argv.slice(2);
const folder = resolve(process.env.INIT_CWD ?? '.', given);
const isOwn = folder === own;

/** The solution's file of that name, which is without its ending. Two of this project's own are not in src. */
function find(name: string): string | undefined {
  const places = isOwn ? ['', '../', '../test/'] : [''];
  const files = places.flatMap((place) => ['', '.js', '.ts'].map((ending) => `${place}${name}${ending}`));
  return files.find((file) => existsSync(join(folder, file)));
}

/** What is wrong with task `n`. */
async function verdict(n: number, names: string[], redisPort: number, port: number): Promise<string | undefined> {
  const dump = n === 0 ? join(folder, find('dump.rdb') ?? '') : undefined;
  const redis = await startRedis([], redisPort, dump).catch((error) => `${error}`);
  if (typeof redis === 'string')
    return /RDB format/.test(redis)
      ? 'It was written by a newer Redis than the one here, which can not read it.'
      : redis;
  const late = setTimeout(TASK_MS, LATE);
  const wrong = await Promise.race([check(n, names, { folder, find, redis, port }), late]).catch((error) => {
    if (!(error instanceof Mismatch)) throw error;
    return explain(error, isOurs(error.typed, names));
  });
  const hasEnded = await end();
  await redis.stop();
  return hasEnded || (wrong && wrong !== LATE) ? wrong : 'Ctrl+C does not end it, or not all that it started.';
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => exitWith(`Ended by ${signal}`));
  const tasks = [...TASKS.entries()].map(([n, names]) => ({ n, names: names.split(',') }));
  const isChosen = (id: string) => !wanted || id === basename(wanted).replace(/\.[jt]s$/, '');
  const chosen = tasks.filter(({ n, names }) => [`${n}`, ...names].some(isChosen));
  if (chosen.length === 0) exitWith(`No task "${wanted}". There are: 0 to 13, or ${TASKS.join(' ')}`);
  if (!tasks.some(({ names }) => names.some(find))) exitWith(`There is no task of the course in ${folder}`);
  try {
    createRequire(join(folder, 'package.json')).resolve('kue');
  } catch {
    exitWith(`Packages are missing in ${folder}: run "npm install" there first`);
  }
  const redisPort = isOwn ? await freePort() : Number(process.env.REDIS_PORT ?? 6379);
  const port = isOwn ? await freePort() : Number(process.env.PORT ?? 1245);
  for (const each of [redisPort, port])
    if (!(await isFree(each))) exitWith(`Port ${each} is taken: end the program that listens there first`);

  const signs: string[] = [];
  for (const { n, names } of chosen) {
    const missing = names.find((name) => !find(name));
    const title = `${n}. ${missing ? `${missing}${n > 0 ? '.js' : ''} is not there` : names.map((name) => basename(find(name) ?? '')).join(', ')}`;
    if (process.stdout.isTTY) process.stdout.write(`… ${title}`);
    const wrong = missing ? undefined : await verdict(n, names, redisPort, port);
    const sign = missing ? '–' : wrong ? '✖' : '✔';
    signs.push(sign);
    const clear = process.stdout.isTTY ? '\r\x1b[K' : '';
    console.log(`${clear}${sign} ${title}${wrong ? `\n${wrong.replace(/^/gm, '    ')}` : ''}`);
  }
  const [right, wrong, missing] = ['✔', '✖', '–'].map((sign) => signs.filter((each) => each === sign).length);
  console.log(`${right} right, ${wrong} wrong, ${missing} not there`);
  process.exit(wrong ? 1 : 0);
}

main();
