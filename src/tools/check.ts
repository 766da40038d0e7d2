// npm run check [-- FOLDER [TASK]]: which tasks of the solution in FOLDER do what the course shows? Without FOLDER: this project's.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { exitWith } from '../lib/redis/shutdown';
import { isFree, startRedis } from './sessions/redisServer';
import { Script, scripts, stopScripts } from './sessions/script';
import { type Step, sections } from './sessions/sessions';
import { Mismatch, play } from './sessions/terminals';

const MAX_LINES = 10_000; // a right server may log each request
const TASKS = `dump.rdb 0-redis_client.js 1-redis_op.js 2-redis_op_async.js 4-redis_advanced_op.js
  5-subscriber.js,5-publisher.js 6-job_creator.js 6-job_processor.js 7-job_creator.js 7-job_processor.js
  8-job.js 8-job.test.js 9-stock.js 100-seat.js`.split(/\s+/);
const QUIET = 'npm_config_loglevel=silent NODE_NO_WARNINGS=1 BROWSERSLIST_IGNORE_OLD_DATA=1 BABEL_DISABLE_CACHE=1';
const CURL = 'curl --no-progress-meter --retry 12 --retry-delay 1 --retry-connrefused '; // -s is not quiet with -Z
const TWO_AT_A_TIME = /created: 11\n.* 0% complete\n.* 0% complete\n.* failed/; // what the creator of task 9 prints

/** Kinds of mistakes, from check.md: what is in the report of a wrong line, and a hint. */
const HINTS = [...readFileSync(join(__dirname, 'check.md'), 'utf8').matchAll(/^- `(.+)`: (.+)$/gm)];

const root = resolve(__dirname, '../..');
const [given = root, wanted = ''] = process.argv.slice(2);
const folder = resolve(process.env.INIT_CWD ?? '.', given);
const [redisPort, serverPort] = [Number(process.env.CHECK_REDIS_PORT ?? 6379), Number(process.env.CHECK_PORT ?? 1245)];

const isThere = (file: string) => existsSync(join(folder, file));
/** The solution's file of that name, which may end in .ts and be in a folder, or ''. */
const find = (name: string): string =>
  ['', 'src/', 'test/'].flatMap((at) => [at + name, at + name.replace(/js$/, 'ts')]).find(isThere) ?? '';

/** What is typed and printed in task `n`, whose files are `names`. The other side of tasks 6 to 9 is this project's own. */
function stepsOf(n: number, names: readonly string[]): Step[] {
  const isTask = ({ title }: { title: string }) => new RegExp(`\\b${n}\\. `).test(title);
  const steps = [...sections(), ...sections('check.md')].filter(isTask).flatMap(({ steps }) => steps);
  // Left open by the course: the data of task 6, what a test and what the servers print.
  const free = { 6: 'Sending ', 11: '  ', 12: 'Redis client ', 13: 'Redis client ' }[n] ?? '...';
  return steps.map(({ terminal, line }) => {
    const [, npm, name = '', rest] = /^\$ npm (.+) (.+)\.ts(.*)$/.exec(line) ?? [];
    if (!npm) return { terminal, line: line.startsWith(free) ? '...' : line };
    const file = find(`${name}.js`) || `"${join(__dirname, '8-job-main.cjs')}"`; // only that one may be missing
    const isTheirs = names.some((each) => name.startsWith(basename(each, '.js')));
    return { terminal, line: isTheirs ? `$ npm ${npm} ${file}${rest}` : `$ npm --prefix "${root}" ${npm} ${name}.ts` };
  });
}

/** The report of a wrong line, in three or four lines. */
async function explain(error: unknown): Promise<string> {
  if (!(error instanceof Mismatch)) throw error;
  await setTimeout(1000); // what comes with a wrong line may say why
  const printed = scripts.flatMap(({ lines }) => lines);
  const crash = printed.find((line) => /^\W*\w*Error\b|: (command )?not found/.test(line));
  const hint = HINTS.find(([, pattern = '']) => new RegExp(pattern).test(error.message))?.[2] ?? '';
  const why = printed.length > MAX_LINES ? 'It prints without end.' : crash ? `It printed: ${crash.trim()}` : hint;
  return `${error.message}\n${why}`.trimEnd();
}

/** Plays task `n`, whose files are `names`, then ends all that it started. Resolves to what is wrong with it. */
async function verdict(n: number, names: readonly string[]): Promise<string | undefined> {
  if (n > 11 && !(await isFree(serverPort))) return `Another program listens on port ${serverPort}.`;
  const dump = n === 0 ? join(folder, find('dump.rdb')) : undefined;
  const redis = await startRedis([], redisPort, dump).catch(() => undefined);
  if (!redis) return "Redis can't read dump.rdb: it is damaged, or of a newer Redis than the one here.";
  const limit = AbortSignal.timeout(30_000);
  /** Types `command` in FOLDER, without what npm has set here. Its outputs are one, in order. What nodemon runs ends it. */
  const run = (command: string) => {
    limit.throwIfAborted(); // what is late types no more
    const shell = `unset \${!npm_@} \${!TS_NODE_@}; export ${QUIET}; cd "$0"; exec 2>&1; ${command.replaceAll('curl ', CURL)}`;
    const script = new Script(['bash', '-c', shell, folder], { REDIS_URL: redis.url, PORT: `${serverPort}` });
    const isOver = (line: string) =>
      /^\[nodemon\] (clean exit|app crashed)/.test(line) || script.lines.length > MAX_LINES;
    return script.on('line', (line) => isOver(line) && script.signal('SIGKILL'));
  };
  const played = play(stepsOf(n, names), { redisPort, serverPort, isWhole: true, run }).then(() => {
    const isRight = n !== 9 || scripts.some(({ lines }) => TWO_AT_A_TIME.test(lines.join('\n')));
    return isRight ? undefined : 'The course does two jobs at a time.';
  }, explain);
  const late = once(limit, 'abort').then(() => 'It is not done after 30 s.');
  const found = await Promise.race([played, late]);
  await Promise.race([stopScripts(), setTimeout(1000)]); // a process that has left the group may hold the output
  await redis.stop();
  return found;
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => exitWith('\nStopped'));
  process.stdout.on('error', () => process.exit(1)); // as in npm run check | head
  const tasks = TASKS.map((names, n) => ({ n, names: names.split(',') }));
  const isWanted = (id: string) => !wanted || basename(id, '.js') === basename(wanted).replace(/\.[jt]s$/, '');
  const chosen = tasks.filter(({ n, names }) => [`${n}`, ...names].some(isWanted));
  if (chosen.length === 0) exitWith(`No task "${wanted}". There are: 0 to 13, or ${TASKS.join(' ')}`);
  if (!tasks.some(({ names }) => names.some(find))) exitWith(`There is no task of the course in ${folder}`);
  const places = createRequire(join(folder, '_')).resolve.paths('redis') ?? [];
  if (!places.some((place) => existsSync(join(place, 'redis'))))
    exitWith(`Packages are missing in ${folder}: run "npm install" there first`);
  for (const port of [redisPort, serverPort])
    if (!(await isFree(port))) exitWith(`Port ${port} is taken: end the program that listens there first`);

  const count = { '✔': 0, '✖': 0, '–': 0 };
  for (const { n, names } of chosen) {
    const title = `${n}. ${names.map((name) => basename(find(name)) || `${name} is not there`).join(', ')}`;
    if (process.stdout.isTTY) process.stdout.write(`… ${title}\r`);
    const wrong = names.every(find) ? await verdict(n, names) : undefined;
    const sign = wrong ? '✖' : names.every(find) ? '✔' : '–';
    count[sign]++;
    console.log(`${sign} ${title}${wrong ? `\n${wrong.replace(/^/gm, '    ')}` : ''}`);
  }
  console.log(`${count['✔']} right, ${count['✖']} wrong, ${count['–']} not there`);
  process.exit(count['✖'] ? 1 : 0);
}

main();
