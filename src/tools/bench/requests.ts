// Part 2: requests to the two servers, and to a bare Express app that does the same Redis work.
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { freePort } from '../redisServer';
import { benchRedis, type Redis, runTypeScript } from './programs';
import { inTurn, type Row } from './ratios';

const CONNECTIONS = 50;
// A turn takes a few hundredths of a second: what the machine does for longer than that hits either side.
const TURN = 300;
const WARM_TURNS = 15;
const POLL_MS = 5;

const routes = [
  { file: 'src/9-stock.ts', path: '/list_products/1', name: '', reserved: '0' },
  // So far below zero that the stock lasts.
  { file: 'src/9-stock.ts', path: '/reserve_product/1', name: ', stock left', reserved: '-1000000000' },
  { file: 'src/9-stock.ts', path: '/reserve_product/1', name: ', none left', reserved: '4' },
  { file: 'src/100-seat.ts', path: '/available_seats', name: '', reserved: '0' },
  { file: 'src/100-seat.ts', path: '/reserve_seat', name: '', reserved: '0' },
];

/** Measures part 2, each pair `rounds` times, in `turns` turns of 300 requests. */
export async function requests(rounds: number, turns: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { file, path, name, reserved } of routes) {
    const [ours, bare] = await Promise.all([serve(file, path), serve('src/tools/bench/bareApp.ts', path)]);
    for (const { redis } of [ours, bare]) {
      redis.client.set('item.1', reserved);
      redis.client.set('available_seats', '50');
    }
    const ways = { ours: () => msPerRequest(ours.url + path), bare: () => msPerRequest(bare.url + path) };
    await inTurn(1, WARM_TURNS, ways); // until V8 has compiled what there is to compile
    const ms = await inTurn(rounds, turns, ways);
    rows.push({
      what: path + name,
      over: 'bare Express',
      ours: ms.ours.map((each) => 1000 / each),
      theirs: ms.bare.map((each) => 1000 / each),
      unit: '/s',
      atLeast: 0.95,
    });
    await ours.stop();
    await bare.stop();
  }
  return rows;
}

interface Server {
  readonly url: string;
  readonly redis: Redis;
  stop(): Promise<void>;
}

/** Runs a server on a free port, with a Redis of its own. Resolves once it answers at `path` as it should. */
async function serve(file: string, path: string): Promise<Server> {
  const redis = await benchRedis();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { process, stop } = runTypeScript(file, { REDIS_URL: redis.url, PORT: String(port) });
  for (;;) {
    const status = await fetch(url + path).then(
      (response) => response.body?.cancel().then(() => response.status),
      () => 0,
    );
    if (status === 200) break;
    if (process.exitCode !== null) throw new Error(`${file} has ended with ${process.exitCode}`);
    await sleep(POLL_MS);
  }
  return {
    url,
    redis,
    stop: async () => {
      await stop();
      await redis.stop();
    },
  };
}

/** How long a request to `url` takes on average, with all connections at work. Rejects when one is not answered. */
async function msPerRequest(url: string): Promise<number> {
  const options = { url, connections: CONNECTIONS, amount: CONNECTIONS + TURN, sampleInt: POLL_MS };
  let answered = 0;
  let start = 0;
  let end = 0;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    autocannon(options, (error, done) => (error ? reject(error) : resolve(done))).on('response', () => {
      answered++;
      if (answered === CONNECTIONS) start = performance.now();
      if (answered === options.amount) end = performance.now();
    });
  });
  if (result.errors || result['5xx']) throw new Error(`${url}: ${result.errors} errors, ${result['5xx']} times 5xx`);
  return (end - start) / TURN;
}
