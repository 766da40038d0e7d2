// npm run check [-- FOLDER [TASK]]: which tasks of the solution in FOLDER do what the course shows? Without FOLDER: this project's.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { exitWith } from '../lib/redis/shutdown';
import { isFree, startRedis } from './sessions/redisServer';
import { Script, scripts, stopScripts } from './sessions/script';
import { type Step, sections } from './sessions/sessions';
import { Mismatch, play } from './sessions/terminals';

const TASK_MS = 30_000;
const END_MS = 8000; // for Ctrl+C
const MORE_MS = 1000; // what comes with a wrong line may say why
const MAX_LINES = 1000; // right scripts print 100

const TASKS =
  `dump.rdb 0-redis_client 1-redis_op 2-redis_op_async 4-redis_advanced_op 5-subscriber,5-publisher 6-job_creator
  6-job_processor 7-job_creator 7-job_processor 8-job 8-job.test 9-stock 100-seat`.split(/\s+/);
const KILL_SERVER = 'KILL_SERVER must end the subscriber: unsubscribe, then quit.';
const QUIET = 'npm_config_loglevel=silent NODE_NO_WARNINGS=1 BROWSERSLIST_IGNORE_OLD_DATA=1 BABEL_DISABLE_CACHE=1';
const LATE = 'It is not done after 30 s.';

/** What the first script of a task must have printed, beside its session, and what is wrong if it has not. */
const RULES: Record<number, [RegExp, string]> = {
  5: [/KILL_SERVER/, KILL_SERVER],
  9: [/created: 11\n.* 0% complete\n.* 0% complete\n.* failed/, 'The course does two jobs at a time.'],
  11: [/[1-9]\d* passing(?![\s\S]* failing)/, 'There must be tests, and all must pass: npm test 8-job.test.js.'],
};

/** Kinds of mistakes: what is in the report of a wrong line, and a hint. */
const HINTS: [RegExp, string][] = [
  [/--prefix/, 'This script is of this project. Your processor ends each job by done().'],
  [/shows: \(nothing more\)\n.*#3/, KILL_SERVER],
  [/shows: (.*)#(.*)\n.*came: +\1\2$/, 'The course writes # before the number.'],
  [/shows: (.*)(\d.*)\n.*came: +\1#\2$/, 'The course writes no # before the number.'],
  [/-Z.*\n.*shows: \d/, 'Sell what there is, no more: GET and SET are two steps, another request comes in between.'],
  [/job 71 |zcard/, '50 of all get a seat: each call of /process adds a worker, and two of them read the same number.'],
  [/^\$ curl.*\n.*\n.*nothing more/, 'No answer: is the server listening there, and does this route send one?'],
  [/shows: \[?\{.*\n.*came: +[^[{]/, 'This is text, not JSON: answer with response.json(…).'],
  [/_async.*\n.*(School|OK|100)\n.*(School|OK|100)$/, 'Two replies came together: await the first, then go on.'],
];

const root = resolve(__dirname, '../..');
const [given = root, wanted = ''] = process.argv.slice(2);
const folder = resolve(process.env.INIT_CWD ?? '.', given);
const [redisPort, serverPort] = [Number(process.env.REDIS_PORT ?? 6379), Number(process.env.PORT ?? 1245)];

/** The solution's file of that name, which is without its ending. This project has its own in folders. */
const find = (name: string): string | undefined =>
  ['', 'src/', 'test/']
    .flatMap((place) => ['', '.js', '.ts'].map((ending) => `${place}${name}${ending}`))
    .find((file) => existsSync(join(folder, file)));

/** What is typed and printed in task `n`, whose files are `names`. The other side of tasks 6 to 9 is this project's own. */
function stepsOf(n: number, names: readonly string[]): Step[] {
  const isTask = ({ title }: { title: string }) => new RegExp(`\\b${n}\\. `).test(title);
  const [steps = [], more = []] = [sections(), sections('check.md')].map((list) => list.find(isTask)?.steps);
  const own = n === 11 ? 1 : n === 13 ? steps.findIndex(({ line }) => line.startsWith('$ for ')) : steps.length;
  const free = n === 6 ? 'Sending ' : n > 11 ? 'Redis client ' : '...'; // the data of task 6, and what servers print
  return [...steps.slice(0, own), ...more].map(({ terminal, line }) => {
    const [, npm, name = ''] = /^\$ npm (.+) (.+)\.ts$/.exec(line) ?? [];
    if (!npm) return { terminal, line: line.startsWith(free) ? '...' : line };
    const file = find(name) ?? join(__dirname, '8-job-main.cjs');
    const isTheirs = names.some((each) => name.startsWith(each));
    return { terminal, line: isTheirs ? `$ npm ${npm} ${file}` : `$ npm --prefix ${root} ${npm} ${name}.ts` };
  });
}

/** The report of a wrong line, in four or five lines. */
async function explain(error: unknown): Promise<string> {
  if (!(error instanceof Mismatch)) throw error;
  await setTimeout(MORE_MS);
  const [wanted, came] = [error.wanted, error.came].map((line) => line.slice(0, 300) || '(nothing more)');
  const report = `$ ${error.typed}\nthe course shows: ${wanted}\ninstead came:     ${came}`;
  const printed = scripts.flatMap(({ lines }) => lines);
  const crash = printed.find((line) => /^\W*\w*Error\b|: (command )?not found/.test(line));
  if (printed.length > MAX_LINES) return `${report}\nIt prints without end.`;
  if (crash) return `${report}\nIt crashed: ${crash}`;
  return `${report}\n${HINTS.find(([kind]) => kind.test(report))?.[1] ?? ''}`.trimEnd();
}

/** Plays task `n`, whose files are `names`, then ends all that it started. Resolves to what is wrong with it. */
async function verdict(n: number, names: readonly string[]): Promise<string | undefined> {
  if (n > 11 && !(await isFree(serverPort))) return `Another program listens on port ${serverPort}.`;
  const dump = n === 0 ? join(folder, find('dump.rdb') ?? '') : undefined;
  const redis = await startRedis([], redisPort, dump).catch(() => undefined);
  if (!redis) return 'Redis can not read it: it is damaged, or of a newer Redis than the one here.';
  const limit = AbortSignal.timeout(TASK_MS);
  /** Types `command` in FOLDER, without what npm has set here. Its outputs are one, in order. What nodemon runs ends it. */
  const run = (command: string) => {
    limit.throwIfAborted();
    const patient = command.replaceAll(
      'curl ',
      'curl --no-progress-meter --retry 12 --retry-delay 1 --retry-connrefused ',
    );
    const shell = `unset \${!npm_@} \${!TS_NODE_@}; export ${QUIET}; cd "$0"; exec 2>&1; ${patient}`;
    const env = { REDIS_URL: redis.url, PORT: `${serverPort}` };
    const script = new Script(['bash', '-c', shell, folder], env);
    const isOver = (line: string) =>
      /^\[nodemon\] (clean exit|app crashed)/.test(line) || script.lines.length > MAX_LINES;
    return script.on('line', (line) => isOver(line) && script.signal('SIGKILL'));
  };
  const check = async () => {
    await play(stepsOf(n, names), { redisPort, serverPort, isWhole: true, run });
    const [rule, fault] = RULES[n] ?? [];
    const [first] = scripts;
    if (!rule || !first) return;
    await Promise.race([first.exit(), setTimeout(n === 11 ? TASK_MS : 2000)]);
    return rule.test(first.lines.join('\n')) && (first.ended || n === 9) ? undefined : fault;
  };
  const found = await Promise.race([check().catch(explain), once(limit, 'abort').then(() => LATE)]);
  const ends = Promise.all(scripts.map((script) => script.stop())).then(() => true);
  const hasEnded = await Promise.race([ends, setTimeout(END_MS, false)]);
  await stopScripts();
  await redis.stop();
  return hasEnded || (found && found !== LATE) ? found : 'Ctrl+C does not end it, or not all that it started.';
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => exitWith('Stopped'));
  const tasks = [...TASKS.entries()].map(([n, names]) => ({ n, names: names.split(',') }));
  const isChosen = (id: string) => !wanted || id === basename(wanted).replace(/\.[jt]s$/, '');
  const chosen = tasks.filter(({ n, names }) => [`${n}`, ...names].some(isChosen));
  const packages = createRequire(join(folder, '_')).resolve.paths('kue') ?? [];
  const hasKue = packages.some((path) => existsSync(join(path, 'kue')));
  const refusals: [boolean, string][] = [
    [chosen.length === 0, `No task "${wanted}". There are: 0 to 13, or ${TASKS.join(' ')}`],
    [!tasks.some(({ names }) => names.some(find)), `There is no task of the course in ${folder}`],
    [!hasKue, `Packages are missing in ${folder}: run "npm install" there first`],
  ];
  for (const port of [redisPort, serverPort])
    refusals.push([!(await isFree(port)), `Port ${port} is taken: end the program that listens there first`]);
  for (const [isRefused, message] of refusals) if (isRefused) exitWith(message);

  const count = { '✔': 0, '✖': 0, '–': 0 };
  const { isTTY } = process.stdout;
  for (const { n, names } of chosen) {
    const missing = names.find((name) => !find(name));
    const files = names.map((name) => basename(find(name) ?? '')).join(', ');
    const title = `${n}. ${missing ? `${missing}${n > 0 ? '.js' : ''} is not there` : files}`;
    if (isTTY) process.stdout.write(`… ${title}`);
    const wrong = missing ? undefined : await verdict(n, names);
    const sign = missing ? '–' : wrong ? '✖' : '✔';
    count[sign]++;
    console.log(`${isTTY ? '\r\x1b[K' : ''}${sign} ${title}${wrong ? `\n${wrong.replace(/^/gm, '    ')}` : ''}`);
  }
  console.log(`${count['✔']} right, ${count['✖']} wrong, ${count['–']} not there`);
  process.exit(count['✖'] ? 1 : 0);
}

main();
