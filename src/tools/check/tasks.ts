// What each task of a solution must do: what the course shows, and servers that sell what there is, and no more.
import { setTimeout } from 'node:timers/promises';
import { isFree, type RedisServer } from '../sessions/redisServer';
import { Script, scripts } from '../sessions/script';
import { type Step, sections } from '../sessions/sessions';
import { play } from '../sessions/terminals';
import { type } from './solution';

/** A task may take that long. */
export const TASK_MS = 30_000;

/** A solution, and where it runs. */
export interface Solution {
  readonly folder: string;
  /** Its file of that name, which is without its ending. */
  find(name: string): string | undefined;
  readonly redis: RedisServer;
  /** Of its servers. */
  readonly port: number;
}

/** In tasks 6 to 9, the other side is a script of this project: a mistake is told in the task that has it. */
export const isOurs = (command: string, names: readonly string[]): boolean =>
  /\d-job_(creator|processor)\.ts$/.test(command) && !names.some((name) => command.includes(name));

const step = (terminal: string, line: string): Step => ({ terminal, line });

/** The steps of task `n` that the course has, too. */
function stepsOf(n: number): Step[] {
  const all = sections();
  const at = all.findIndex(({ title }) => new RegExp(`\\b${n}\\. `).test(title));
  const steps = all[at]?.steps ?? [];
  if (n === 1) {
    const noRedis = all[at + 1]?.steps ?? [];
    const back = noRedis.findIndex(({ line }) => line === '$ npm run redis');
    return [...noRedis.slice(0, back), step('2', '...'), step('2', '^C'), step('3', '$ npm run redis'), ...steps];
  }
  if (n === 3) return [1, 2, 3].flatMap(() => [...steps, step('1', '^C')]); // an order that is left to luck may be right once
  if (n === 6 || n === 7) steps.push(step('1', 'Notification job completed'));
  if (n === 6) return steps.map((each) => (each.line.startsWith('Sending') ? step('2', '...') : each)); // its data is free
  if (n === 11) return steps.slice(0, 1); // its tests are free
  if (n < 12) return steps;
  const loop = n === 13 ? steps.findIndex(({ line }) => line.startsWith('$ for ')) : steps.length;
  return steps.slice(0, loop).filter(({ line }) => !line.startsWith('Redis client'));
}

/** Checks task `n`, whose files are `names`. Resolves to what is wrong with it; rejects with a `Mismatch` if that is a line. */
export async function check(n: number, names: readonly string[], solution: Solution): Promise<string | undefined> {
  const { folder, find, redis, port } = solution;
  const limit = AbortSignal.timeout(TASK_MS);
  async function run(command: string): Promise<Script> {
    limit.throwIfAborted();
    if (command === 'npm run redis') await redis.start();
    if (isOurs(command, names)) return Script.task(command.replace('npm run dev ', ''), redis.url);
    const typed = command
      .replace('npm run redis', 'true')
      .replace(' 8-job-main.js', ` ${find('8-job-main') ?? `${__dirname}/8-job-main.cjs`}`)
      .replaceAll('curl -s ', 'curl -s --retry 12 --retry-delay 1 --retry-connrefused '); // until the server listens
    return type(typed, folder, { REDIS_URL: redis.url, PORT: `${port}` });
  }
  const steps = stepsOf(n).map(({ terminal, line }) =>
    isOurs(line, names)
      ? step(terminal, line)
      : step(
          terminal,
          line.replace(/^(\$ npm .+ )(.+)\.ts$/, (_, npm, name) => `${npm}${find(name) ?? `${name}.js`}`),
        ),
  );
  const isServer = n >= 12;
  if (isServer && !(await isFree(port))) return `Another program listens on port ${port}.`;
  const isJob = n === 8 || n === 9;
  await play(steps, {
    redisPort: redis.port,
    serverPort: port,
    run,
    tidy: (line) => line.replace('Notification job #', 'Notification job ').replace('server: Error: ', 'server: '),
    groupOf: (line) => (isJob ? /\d+/.exec(line)?.[0] : `${isServer && line.startsWith('Seat')}`),
    isWhole: n < 11,
  });

  const [first] = scripts;
  if (!first) return;
  if (n === 5) {
    await Promise.race([first.exit(), setTimeout(2000)]);
    return first.ended ? undefined : 'KILL_SERVER does not end the subscriber: unsubscribe, then quit.';
  }
  if (n === 9) {
    const end = first.lines.findIndex((line) => / (failed|completed)/.test(line));
    const begun = first.lines.slice(0, end).filter((line) => line.endsWith(' 0% complete')).length;
    return begun === 2 ? undefined : `Jobs at a time: ${begun}. The course has two: queue.process(…, 2, …).`;
  }
  if (n === 11) {
    const isRight = (await first.exit()) === 0 && first.lines.some((line) => /^ *[1-9]\d* passing/.test(line));
    const came = first.lines.findLast((line) => /\d (failing|passing)|Error\b/.test(line));
    return isRight ? undefined : `It must have tests, and all must pass. It prints: ${came?.trim()}`;
  }
  const get = async (path: string) => (await fetch(`http://localhost:${port}/${path}`)).text();
  /** How many of so many requests at once are answered with `text`. */
  async function count(path: string, times: number, text: string): Promise<number> {
    const bodies = await Promise.all(Array.from({ length: times }, () => get(path).catch(() => '')));
    return bodies.filter((body) => body.includes(text)).length;
  }
  if (n === 12) {
    const left = [0, 10, 2, 5]; // the session has sold all of the first product
    const sold = await Promise.all(left.map((_, i) => count(`reserve_product/${i + 1}`, 100, 'confirmed')));
    const i = left.findIndex((stock, i) => sold[i] !== stock);
    if (i >= 0)
      return `Product ${i + 1}: 100 at once were sold ${sold[i]} of ${left[i]}: GET and SET are two steps, another request comes in between.`;
  }
  if (n === 13) {
    const ends = () => first.lines.filter((line) => /^Seat .* (completed|failed)/.test(line)).length;
    await count('process', 2, '');
    const saved = 1 + (await count('reserve_seat', 69, 'in process'));
    for (let tenths = 0; tenths < 100 && ends() < saved; tenths++) await setTimeout(100);
    const completed = first.lines.filter((line) => /^Seat reservation job \d+ completed$/.test(line)).length;
    if (completed !== 50)
      return `70 reservations and three calls of /process took ${completed} of 50 seats: each call adds a worker, and two of them read the same number.`;
    if (!(await count('available_seats', 1, '{"numberOfAvailableSeats":"0"}')))
      return 'When all seats are taken, /available_seats must answer {"numberOfAvailableSeats":"0"}.';
    if (!(await count('reserve_seat', 1, '{"status":"Reservation are blocked"}')))
      return 'When all seats are taken, /reserve_seat must answer {"status":"Reservation are blocked"}.';
  }
}
