// Rows 2 to 5: requests to the two servers, over a bare Express app that does the same Redis work.
import autocannon from 'autocannon';
import { createClient } from 'redis';
import { freePort, startRedis } from '../sessions/redisServer';
import { Script, stopScripts } from '../sessions/script';
import { alternate, printRow } from './rounds';

const AMOUNT = 2_500;

// The stock lasts where SET leaves the key that is there as it is, as SETNX does.
const stockLasts = ['--rename-command', 'SET', 'OVERWRITE', '--rename-command', 'SETNX', 'SET'];
const routes = [
  { file: 'src/9-stock.ts', path: '/reserve_product/1', what: ', stock left', reserved: 0, options: stockLasts },
  { file: 'src/9-stock.ts', path: '/reserve_product/1', what: ', none left', reserved: 4, status: 409 },
  { file: 'src/100-seat.ts', path: '/available_seats' },
  { file: 'src/100-seat.ts', path: '/reserve_seat' },
];

/** Measures rows 2 to 5. */
export async function requests(): Promise<void> {
  for (const { file, path, what = '', reserved = 0, status = 200, options } of routes) {
    const serve = async (server: string) => {
      const redis = await startRedis(options);
      const port = await freePort();
      const script = Script.file(server, redis.url, { PORT: `${port}` });
      await script.waitForLine('Redis client connected to the server'); // it has been listening since before
      const values = ['item.1', `${reserved}`, 'available_seats', '50'];
      await new Promise((resolve) => createClient(redis.url).mset(values, resolve));
      return async () => {
        const start = performance.now();
        const url = `http://127.0.0.1:${port}${path}`;
        const { statusCodeStats = {} } = await autocannon({ url, connections: 50, amount: AMOUNT, sampleInt: 5 });
        const ms = performance.now() - start;
        const answers = statusCodeStats[`${status}`]?.count ?? 0;
        if (answers < AMOUNT) throw new Error(`${server} answered ${answers} of ${AMOUNT} requests with ${status}`);
        return (1000 * AMOUNT) / ms;
      };
    };
    const sides = [await serve(file), await serve('src/tools/bench/bareApp.ts')];
    await alternate(1, ...sides); // until V8 has compiled what there is to compile
    const [ours = [], theirs = []] = await alternate(21, ...sides);
    printRow([path + what, ours], ['bare Express', theirs], '/s', 1);
    await stopScripts();
  }
}
