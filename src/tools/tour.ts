// npm start [-- TASK]: does the sessions of src/README.md, all of them or those of one task, each against a Redis of its own;
// it shows what they print, and ends with 1 when that is not what src/README.md shows.
import { setImmediate } from 'node:timers/promises';
import { styleText } from 'node:util';
import { exitWith as fail } from '../lib/redis/shutdown';
import { freePort, startRedis } from './sessions/redisServer';
import { Script, stopScripts } from './sessions/script';
import { type Section, sections } from './sessions/sessions';
import { play } from './sessions/terminals';

const COLOURS = ['cyan', 'magenta'] as const;

const inColour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (style: Parameters<typeof styleText>[0], text: string) => (inColour ? styleText(style, text) : text);

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

/** Shows each line of `script` behind `prefix`, but not `Listening on …`: its port is not the one of the shown commands. */
function show(prefix: string, script: Script): Script {
  let shown = 0;
  script.on('change', () => {
    for (const line of script.lines.slice(shown)) if (!/^Listening on /.test(line)) console.log(`${prefix}${line}`);
    shown = script.lines.length;
  });
  return script;
}

async function showTask(task: Section): Promise<void> {
  console.log(paint('bold', `\n${nameOf(task)}: ${task.title.replace(/^.*\d\. /, '')}`));
  console.log(task.text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
  const redis = await startRedis();
  const serverPort = await freePort();
  let started = 0;
  const run = (command: string, typed: string) => {
    const [, file] = /^npm run dev (.+)\.ts$/.exec(typed) ?? [];
    if (file) {
      const colour = COLOURS[started++ % COLOURS.length] ?? 'cyan';
      // Without nodemon: it starts sooner.
      const script = Script.task(`${file}.ts`, redis.url, { PORT: `${serverPort}` });
      return show(`${paint(colour, `${file.padEnd(19)} |`)} `, script);
    }
    console.log(paint('bold', `$ ${typed}`));
    return show('', new Script(['bash', '-c', command], { npm_config_loglevel: 'silent' }));
  };
  await play(task.steps, { redisPort: redis.port, serverPort, run });
  await stopScripts();
  await redis.stop();
}

async function main(): Promise<void> {
  const list = chosen(process.argv.slice(2));
  const start = performance.now();
  // What was started goes when this process exits: redisServer.ts and script.ts see to it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => fail(`\nEnded by ${signal}`));
  process.stdout.on('error', () => fail('\nNobody reads this any more')); // as in npm start | head

  for (const task of list) {
    await showTask(task).catch(async (error: Error) => {
      await setImmediate(); // Ctrl+C reaches Redis and the scripts, too: it is told first
      fail(`\n${nameOf(task)} did not show what the course shows: ${error.message}`);
    });
  }
  const numbers = list.flatMap(numbersOf);
  const shown = numbers.length === 1 ? `Task ${numbers[0]}` : `Tasks ${numbers[0]} to ${numbers.at(-1)}`;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`\n${shown} printed what the course shows, in ${seconds} s.`);
}

main();
