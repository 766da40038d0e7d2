// Part 2: requests to the two servers, and to a bare Express app that does the same Redis work.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import { freePort } from '../redisServer';
import { benchRedis, runTypeScript } from './programs';
import { inTurn, type Row, type Turn } from './ratios';

const CONNECTIONS = 50;
// A turn takes a hundredth of a second: what the machine does for longer than that hits either side. It has more requests
// than there are connections, as those under way when it ends are answered before the next one begins.
const TURN = 100;
const WARM = 4_000;
const POLL_MS = 5;
const LONG_S = 3600; // it is stopped long before

const routes = [
  { file: 'src/9-stock.ts', path: '/list_products/1', name: '', reserved: '0', times: 1 },
  // So far below zero that the stock lasts.
  { file: 'src/9-stock.ts', path: '/reserve_product/1', name: ', stock left', reserved: '-1000000000', times: 1 },
  { file: 'src/9-stock.ts', path: '/reserve_product/1', name: ', none left', reserved: '4', times: 1 },
  { file: 'src/100-seat.ts', path: '/available_seats', name: '', reserved: '0', times: 1 },
  // A job each: that takes longer, and its rounds differ more.
  { file: 'src/100-seat.ts', path: '/reserve_seat', name: '', reserved: '0', times: 2 },
];
type Route = (typeof routes)[number];

/** Measures part 2, each pair `rounds` times, with `count` requests, a multiple of 100, or twice as many. */
export async function requests(rounds: number, count: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const route of routes) {
    const [ours, bare] = await Promise.all([serve(route.file, route), serve('src/tools/bench/bareApp.ts', route)]);
    const sides = (units: number) => ({ ours: { units, goOn: ours.answer }, bare: { units, goOn: bare.answer } });
    await inTurn(1, sides(WARM)); // until V8 has compiled what there is to compile
    const ms = await inTurn(rounds, sides(count * route.times));
    rows.push({
      what: route.path + route.name,
      over: 'bare Express',
      ours: ms.ours.map((each) => 1000 / each),
      theirs: ms.bare.map((each) => 1000 / each),
      unit: '/s',
      atLeast: 0.95,
    });
    await Promise.all([ours.stop(), bare.stop()]);
  }
  return rows;
}

interface Server {
  /** Has it answer for a turn, and then stand still. Rejects when it answers with 5xx, or not at all. */
  answer(): Promise<Turn>;
  stop(): Promise<void>;
}

/** Runs a server on a free port, with a Redis of its own. Resolves once it answers as it should; it stands still then. */
async function serve(file: string, { path, reserved }: Route): Promise<Server> {
  const redis = await benchRedis();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}${path}`;
  const program = runTypeScript(file, { REDIS_URL: redis.url, PORT: String(port) });
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.body?.cancel().then(() => response.status),
      () => 0,
    );
    if (status === 200) break;
    if (program.process.exitCode !== null) throw new Error(`${file} has ended with ${program.process.exitCode}`);
    await sleep(POLL_MS);
  }
  const set = promisify<string, string, unknown>(redis.client.set).bind(redis.client);
  await set('item.1', reserved);
  await set('available_seats', '50');
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const each of [redis, program]) each.signal(name);
  };
  signal('SIGSTOP');

  let unanswered = 0;
  let turn: { end(): void; fail(error: Error): void } | undefined;
  let cannon: autocannon.Instance | undefined;
  let over: Promise<unknown> | undefined;
  const fire = () => {
    const options = { url, connections: CONNECTIONS, duration: LONG_S, sampleInt: POLL_MS };
    const shots = autocannon(options, () => {});
    over = once(shots, 'done');
    shots.on('reqError', (error) => turn?.fail(error));
    shots.on('response', (_client, status) => {
      if (status >= 500) turn?.fail(new Error(`${url}: ${status}`));
      unanswered--;
      if (unanswered === 0) turn?.end();
    });
    return shots;
  };
  return {
    async answer() {
      const start = performance.now();
      unanswered += TURN; // less what was answered since the end of the last turn
      signal('SIGCONT');
      cannon ??= fire();
      await new Promise<void>((end, fail) => {
        turn = { end, fail };
      });
      signal('SIGSTOP');
      return { units: TURN, ms: performance.now() - start };
    },
    async stop() {
      cannon?.stop();
      await over;
      await program.stop();
      await redis.stop();
    },
  };
}
