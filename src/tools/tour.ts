// npm start [-- TASK]: runs every task in order, or one, each against a Redis of its own, shows what it prints, and compares
// that with its session in README.md.
import { once } from 'node:events';
import { styleText } from 'node:util';
import { fail } from '../lib/fail';
import { freePort, type RedisServer, startRedis } from './redisServer';
import { Script, stopScripts } from './script';
import { session } from './sessions';

const LIMIT_MS = 28_000;
const COLOURS = ['cyan', 'magenta'] as const;

const inColour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (style: Parameters<typeof styleText>[0], text: string) => (inColour ? styleText(style, text) : text);

let starting: Promise<RedisServer> | undefined;
let redis: RedisServer | undefined;
let scripts: Script[] = [];

/** Runs a script and shows each line that it prints, behind the script's name in a colour of its own. */
function show(name: string, script: Script): Script {
  const prefix = paint(COLOURS[scripts.length % COLOURS.length] ?? 'cyan', `${name.padEnd(19)} |`);
  let shown = 0;
  script.on('change', () => {
    for (const line of script.lines.slice(shown)) console.log(`${prefix} ${line}`);
    shown = script.lines.length;
  });
  scripts.push(script);
  return script;
}

function run(file: string, env: NodeJS.ProcessEnv = {}): Script {
  return show(file.replace('.ts', ''), Script.task(file, redis?.url ?? '', env));
}

/** Waits until `script` has printed as many lines as `expected`. Rejects when they are other lines, or do not come. */
async function prints(script: Script, expected: readonly string[]): Promise<void> {
  while (script.lines.length < expected.length && !script.ended) await once(script, 'change');
  compare(script.lines.slice(0, expected.length), expected);
}

function compare(printed: readonly string[], expected: readonly string[]): void {
  const wrong = expected.findIndex((line, n) => line !== printed[n]);
  if (wrong >= 0)
    throw new Error(`missing "${expected[wrong]}", there is ${JSON.stringify(printed[wrong] ?? 'nothing')}`);
}

/** Runs a server and resolves, when it is ready, to what asks it and compares the answer with its `nth` session. */
async function serve(file: string) {
  const port = await freePort();
  const server = run(file, { PORT: `${port}` });
  await server.waitForLine('Redis client connected to the server');
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const curl = async (path: string, nth = 1) => {
    console.log(paint('bold', `$ curl localhost:1245${path}`));
    const body = await ask(path);
    console.log(body);
    compare([body], session(`curl localhost:1245${path} ; echo ""`, nth));
  };
  return { server, ask, curl };
}

const dev = (file: string) => session(`npm run dev ${file}`);

interface Task {
  readonly numbers: readonly number[];
  readonly files: readonly string[];
  readonly look: string;
  show(): Promise<void>;
}

/** A task whose script runs alone. */
function alone(number: number, file: string, look: string): Task {
  return { numbers: [number], files: [file], look, show: () => prints(run(file), dev(file)) };
}

const tasks: readonly Task[] = [
  {
    numbers: [0],
    files: ['dump.rdb'],
    look: 'A Redis that was started on dump.rdb knows the school.',
    async show() {
      const cli = ['redis-cli', '-p', `${redis?.port}`, '--no-raw', 'get', 'Holberton'] as const;
      await prints(show('redis-cli', new Script(cli, {})), session('redis-cli get Holberton'));
    },
  },
  alone(1, '0-redis_client.ts', 'A script connects to Redis, and stays open.'),
  alone(2, '1-redis_op.ts', 'It stores a value and reads it back: each reply goes to a callback, in order.'),
  alone(3, '2-redis_op_async.ts', 'The same lines, read with promisify and await.'),
  alone(
    4,
    '4-redis_advanced_op.ts',
    'A hash is one key with named fields: each field set replies 1, then all are read.',
  ),
  {
    numbers: [5],
    files: ['5-subscriber.ts', '5-publisher.ts'],
    look: 'Messages reach the subscriber until one ends it: the last is sent to nobody.',
    async show() {
      const subscriber = run('5-subscriber.ts');
      await subscriber.waitForLine('Redis client connected to the server');
      await prints(run('5-publisher.ts'), dev('5-publisher.ts'));
      await prints(subscriber, dev('5-subscriber.ts'));
      await subscriber.exit();
    },
  },
  {
    numbers: [6, 7],
    files: ['6-job_creator.ts', '6-job_processor.ts'],
    look: 'A job waits in the queue until a processor comes, and its creator hears of its end.',
    async show() {
      const creator = run('6-job_creator.ts');
      await prints(creator, dev('6-job_creator.ts'));
      await prints(run('6-job_processor.ts'), dev('6-job_processor.ts'));
      await creator.waitForLine('Notification job completed');
    },
  },
  {
    numbers: [8, 9],
    files: ['7-job_creator.ts', '7-job_processor.ts'],
    look: 'Eleven jobs, two at a time: the creator follows their progress, and two blacklisted numbers fail.',
    async show() {
      const creator = run('7-job_creator.ts');
      await creator.waitForLine('Notification job created: 11');
      await prints(run('7-job_processor.ts'), dev('7-job_processor.ts'));
      await prints(creator, dev('7-job_creator.ts'));
    },
  },
  alone(10, '8-job-main.ts', 'The same in a function, 8-job.ts, that takes any list of jobs.'),
  {
    numbers: [11],
    files: ['8-job.test.ts', '8-job.ts'],
    look: "The function's own tests: Kue's test mode keeps the jobs in an array.",
    async show() {
      const code = await show('8-job.test', new Script(['npm', 'test', '--silent', '8-job.test.ts'], {})).exit();
      if (code !== 0) throw new Error('missing a test run without failures');
    },
  },
  {
    numbers: [12],
    files: ['9-stock.ts'],
    look: 'A shop in JSON: of the first suitcase there are four, and a fifth is refused.',
    async show() {
      const { curl } = await serve('9-stock.ts');
      for (const path of ['/list_products', '/list_products/1', '/list_products/12', '/reserve_product/12'])
        await curl(path);
      for (let n = 1; n <= 4; n++) await curl('/reserve_product/1');
      await curl('/reserve_product/1', 2);
    },
  },
  {
    numbers: [13],
    files: ['100-seat.ts'],
    look: 'A request queues a reservation, a worker takes the seat: fifty, and not one more.',
    async show() {
      const { server, ask, curl } = await serve('100-seat.ts');
      for (const path of ['/available_seats', '/reserve_seat', '/process']) await curl(path);
      await prints(server, dev('100-seat.ts'));
      await curl('/available_seats', 2);

      const loop = 'for n in {1..50}; do curl localhost:1245/reserve_seat ; echo ""; done';
      const expected = session(loop);
      console.log(paint('bold', `$ ${loop}`));
      const bodies = [];
      for (let n = 1; n <= 49; n++) bodies.push(await ask('/reserve_seat'));
      await server.waitForLine(/completed/, 50);
      const blocked = await ask('/reserve_seat');
      console.log(`${bodies[0]}\n...\n${blocked}`);
      compare([...bodies, blocked], [...bodies.map(() => expected[0] ?? ''), expected.at(-1) ?? '']);
    },
  },
];

function chosen(names: readonly string[]): readonly Task[] {
  const [name, ...others] = names;
  if (name === undefined) return tasks;
  const file = name.replace(/^.*\//, '');
  const task = tasks.find(({ numbers, files }) => numbers.join().split(',').includes(name) || files.includes(file));
  if (!task || others.length > 0) {
    fail(`No task "${names.join(' ')}". There are: 0 to 13, or ${tasks.flatMap(({ files }) => files).join(' ')}`);
  }
  return [task];
}

async function cleanUp(): Promise<void> {
  await stopScripts();
  scripts = [];
  const started = await starting?.catch(() => undefined);
  starting = undefined;
  await started?.stop();
}

function nameOf(numbers: readonly number[]): string {
  return `${numbers.length === 1 ? 'Task' : 'Tasks'} ${numbers.join(' and ')}`;
}

async function showTask({ numbers, files, look, show }: Task): Promise<void> {
  console.log(paint('bold', `\n${nameOf(numbers)}: ${files.join(', ')}`));
  console.log(`${look}\n`);
  starting = startRedis();
  redis = await starting;
  await show();
  await cleanUp();
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
  setTimeout(() => {
    const last = scripts.map(({ lines }) => lines.at(-1) ?? 'nothing').join(' | ');
    end(`${current} did not come to an end within ${LIMIT_MS / 1000} s; the last lines were: ${last}`);
  }, LIMIT_MS).unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(`Ended by ${signal}`));

  process.stdout.on('error', () => end('Nobody reads this any more')); // as in npm start | head

  for (const task of list) {
    current = nameOf(task.numbers);
    try {
      await showTask(task);
    } catch (error) {
      await end(`${current} did not show what the course shows: ${error instanceof Error ? error.message : error}`);
    }
  }
  const numbers = list.flatMap((task) => task.numbers);
  const shown = numbers.length === 1 ? `Task ${numbers[0]}` : `Tasks ${numbers[0]} to ${numbers.at(-1)}`;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`\n${shown} printed what the course shows, in ${seconds} s.`);
}

main();
