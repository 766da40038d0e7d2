// Somebody's solution, run as its owner does; what is wrong with it, in words; and an end for all that it started.
import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { Script, scripts, stopScripts } from '../sessions/script';
import type { Mismatch } from '../sessions/terminals';

const MORE_MS = 1000; // after a wrong line: what comes with it may say why
const END_MS = 8000; // for Ctrl+C
const MAX_LINES = 1000; // right scripts print 100

// In the environment of all that is started: by it, a process is found that has left its group.
const MARK = `QUEUING_CHECK=${process.pid}.${Date.now()}`;
function killMarked(): boolean {
  const list = spawnSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 1e8 }).stdout ?? '';
  const marked = list.split('\n').filter((line) => line.includes(MARK));
  spawnSync('kill', ['-9', ...marked.map((line) => `${Number.parseInt(line, 10)}`)]);
  return marked.length > 0;
}
process.on('exit', killMarked);

/** Types `command` in `folder`, without what npm has set here. Its outputs are one, in order. What nodemon runs ends it. */
export function type(command: string, folder: string, env: NodeJS.ProcessEnv): Script {
  const quiet = 'npm_config_loglevel=silent NODE_NO_WARNINGS=1 BROWSERSLIST_IGNORE_OLD_DATA=1 BABEL_DISABLE_CACHE=1';
  const shell = `unset \${!npm_@} \${!TS_NODE_@}; export ${MARK} ${quiet}; cd "$0"; exec 2>&1; ${command}`;
  const script = new Script(['bash', '-c', shell, folder], env);
  script.on('line', (line) => {
    if (/^\[nodemon\] (clean exit|app crashed)/.test(line) || script.lines.length > MAX_LINES) script.signal('SIGKILL');
  });
  return script;
}

/** Ends all scripts as Ctrl+C does. Resolves to whether that was enough for them, and for what they had started. */
export async function end(): Promise<boolean> {
  const running = scripts.filter(({ ended }) => !ended);
  for (const script of running) script.signal('SIGINT');
  await Promise.race([Promise.all(running.map((script) => script.exit())), setTimeout(END_MS)]);
  const isLeft = killMarked() || running.some(({ ended }) => !ended);
  await stopScripts();
  scripts.length = 0;
  return !isLeft;
}

/** What is wrong, with a hint if that kind of mistake is known. `isOurs` says that a script of this project printed it. */
export async function explain({ typed, wanted, came }: Mismatch, isOurs: boolean): Promise<string> {
  await setTimeout(MORE_MS);
  if (scripts.some(({ lines }) => lines.length > MAX_LINES)) return `$ ${typed}\nIt prints without end.`;
  const crashed = scripts.find(({ process: { exitCode }, lines }) => exitCode || /app crashed/.test(`${lines.at(-1)}`));
  const error = crashed?.lines.find((line) => /^\W*\w*Error\b|not found/.test(line)) ?? crashed?.lines[0];
  if (crashed) return `$ ${typed}\nIt crashed: ${error ?? 'it says nothing'}`;

  const isJson = (line: string) => /^\[?{"/.test(line);
  const bare = (line: string) => line.replaceAll('#', '');
  const hint =
    (isOurs && 'This creator is of this project. Your processor tells it: job.progress(…), and done() at the end.') ||
    (came.includes('#3') && !wanted && 'KILL_SERVER must end the subscriber: unsubscribe, then quit.') ||
    (bare(wanted) === bare(came) && `The course writes ${wanted.includes('#') ? '' : 'no '}# before the number.`) ||
    (typed.startsWith('curl') && !came && 'No answer: is the server listening there, and does this route send one?') ||
    (isJson(wanted) && !isJson(came) && 'This is text, not JSON: answer with response.json(…).') ||
    (scripts.some(({ lines }) => [wanted, came].every((line) => lines.includes(line))) &&
      'Two replies came together, so the order is left to luck: await the first, then go on.');
  const [line, other] = [wanted, came].map((text) => text.slice(0, 300) || '(nothing more)');
  return [`$ ${typed}`, `the course shows: ${line}`, `instead came:     ${other}`, ...(hint ? [hint] : [])].join('\n');
}
