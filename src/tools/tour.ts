// npm start [-- TASK]: does the sessions of src/README.md, all of them or those of one task, each against a Redis of its own;
// it shows what they print, and ends with 1 when that is not what src/README.md shows.
import { styleText } from 'node:util';
import { freePort, type RedisServer, startRedis } from '../../test/support/redisServer';
import { Script, stopScripts } from '../../test/support/script';
import { type Section, sections } from '../../test/support/sessions';
import { play } from '../../test/support/terminals';
import { fail } from '../lib/fail';

const COLOURS = ['cyan', 'magenta'] as const;

const inColour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (style: Parameters<typeof styleText>[0], text: string) => (inColour ? styleText(style, text) : text);

let starting: Promise<RedisServer> | undefined;
let scripts: Script[] = [];

const tasks = sections().filter(({ title }) => /^\d/.test(title));
const numbersOf = ({ title }: Section): readonly string[] => title.match(/\d+(?=\. )/g) ?? [];
const filesOf = ({ text }: Section) => [...text.matchAll(/\]\(.*?([\w.-]+)\)/g)].map(([, file = '']) => file);
const nameOf = (task: Section) => `${numbersOf(task).length > 1 ? 'Tasks' : 'Task'} ${numbersOf(task).join(' and ')}`;

/** The tasks that `names` choose: all, or the one with that number or file, which may be named without its ending. */
function chosen(names: readonly string[]): readonly Section[] {
  const name = names.join(' ').replace(/^.*\//, '');
  if (name === '') return tasks;
  const task = tasks.find(
    (task) => numbersOf(task).includes(name) || filesOf(task).some((file) => file === name || file === `${name}.ts`),
  );
  if (!task) fail(`No task "${names.join(' ')}". There are: 0 to 13, or ${tasks.flatMap(filesOf).join(' ')}`);
  return [task];
}

/** Shows each line of `script`, behind `name` where it has one, but not a port that the shown commands don't have. */
function show(name: string, script: Script): Script {
  const colour = COLOURS[scripts.length % COLOURS.length] ?? 'cyan';
  const prefix = name && `${paint(colour, `${name.padEnd(19)} |`)} `;
  let shown = 0;
  script.on('change', () => {
    for (const line of script.lines.slice(shown)) if (!/^Listening on /.test(line)) console.log(`${prefix}${line}`);
    shown = script.lines.length;
  });
  scripts.push(script);
  return script;
}

async function showTask(task: Section): Promise<void> {
  console.log(paint('bold', `\n${nameOf(task)}: ${task.title.replace(/^.*\d\. /, '')}`));
  console.log(task.text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
  starting = startRedis();
  const { port: redisPort, url: REDIS_URL } = await starting;
  const serverPort = await freePort();
  const run = (command: string, typed: string) => {
    const [, file] = /^npm run dev (.+)\.ts$/.exec(typed) ?? [];
    // Without nodemon: it starts sooner.
    if (file) return show(file, Script.task(`${file}.ts`, REDIS_URL, { PORT: `${serverPort}` }));
    console.log(paint('bold', `$ ${typed}`));
    return show('', new Script(['bash', '-c', command], { npm_config_loglevel: 'silent' }));
  };
  await play(task.steps, { redisPort, serverPort, run });
  await cleanUp();
}

async function cleanUp(): Promise<void> {
  await stopScripts();
  scripts = [];
  const redis = await starting?.catch(() => undefined);
  starting = undefined;
  await redis?.stop();
}

async function main(): Promise<void> {
  const list = chosen(process.argv.slice(2));
  const start = performance.now();
  let current = '';
  let ending: Promise<void> | undefined;
  const end = (why: string) => {
    ending ??= cleanUp().then(() => fail(`\n${why}`));
    return ending;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(`Ended by ${signal}`));
  process.stdout.on('error', () => end('Nobody reads this any more')); // as in npm start | head

  for (const task of list) {
    current = nameOf(task);
    try {
      await showTask(task);
    } catch (error) {
      await end(`${current} did not show what the course shows: ${error instanceof Error ? error.message : error}`);
    }
  }
  const numbers = list.flatMap(numbersOf);
  const shown = numbers.length === 1 ? `Task ${numbers[0]}` : `Tasks ${numbers[0]} to ${numbers.at(-1)}`;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`\n${shown} printed what the course shows, in ${seconds} s.`);
}

main();
