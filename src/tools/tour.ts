// npm start [-- TASK]: does the sessions of src/README.md, all of them or those of one task, each against a Redis of its own;
// it shows what they print, and ends with 1 when that is not what src/README.md shows.
import { exitWith } from '../lib/redis/shutdown';
import { freePort, startRedis } from './sessions/redisServer';
import { Script, stopScripts } from './sessions/script';
import { type Section, sections } from './sessions/sessions';
import { play } from './sessions/terminals';

const tasks = sections().filter(({ title }) => /^\d/.test(title));
const numbersOf = ({ title }: Section): readonly string[] => title.match(/\d+(?=\. )/g) ?? [];
const filesOf = ({ text }: Section) => [...text.matchAll(/\]\([^)]*?([\w-]+\.[\w.]+)\)/g)].map(([, file = '']) => file);
const nameOf = (task: Section) => `${numbersOf(task).length > 1 ? 'Tasks' : 'Task'} ${numbersOf(task).join(' and ')}`;

/** All tasks, or the one with that number or file, which may be named without its ending. */
function chosen(name: string): readonly Section[] {
  const wanted = name.replace(/^.*\//, '');
  const isWanted = (task: Section) =>
    [...numbersOf(task), ...filesOf(task)].some((id) => [id, id.replace('.ts', '')].includes(wanted));
  const task = tasks.find(isWanted);
  if (name && !task) exitWith(`No task "${name}". There are: 0 to 13, or ${tasks.flatMap(filesOf).join(' ')}`);
  return task ? [task] : tasks;
}

/** Prints each line of `script` behind `prefix`, but not `Listening on …`: its port is not the one of the shown commands. */
const show = (prefix: string, script: Script) =>
  script.on('line', (line) => line.startsWith('Listening on ') || console.log(prefix + line));

async function showTask(task: Section): Promise<void> {
  console.log(`\n${nameOf(task)}: ${task.title.replace(/^.*\d\. /, '')}`);
  console.log(task.text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
  const redis = await startRedis();
  const serverPort = await freePort();
  const run = (command: string, typed: string) => {
    const [, file] = /^npm run dev (.+)\.ts$/.exec(typed) ?? [];
    if (file) {
      // Without nodemon: it starts sooner.
      return show(`${file.padEnd(19)} | `, Script.task(`${file}.ts`, redis.url, { PORT: `${serverPort}` }));
    }
    console.log(`$ ${typed}`);
    return show('', new Script(['bash', '-c', command], { npm_config_loglevel: 'silent' }));
  };
  await play(task.steps, { redisPort: redis.port, serverPort, run });
  await stopScripts();
  await redis.stop();
}

async function main(): Promise<void> {
  const list = chosen(process.argv.slice(2).join(' '));
  // `on`, not `once`: npm passes Ctrl+C on, and the second one must not cut off what the first one has removed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => exitWith('Stopped'));
  process.stdout.on('error', () => process.exit(1)); // as in npm start | head
  for (const task of list) {
    await showTask(task).catch(({ message }) =>
      exitWith(`\n${nameOf(task)} did not show what the course shows:\n${message}`),
    );
  }
  console.log(`\n${list.length === 1 ? list.map(nameOf) : 'Tasks 0 to 13'} printed what the course shows.`);
}

main();
