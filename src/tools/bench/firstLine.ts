// Row 1: from `npm run dev` to the first line, over the course's own babel-node under nodemon.
import { startRedis } from '../sessions/redisServer';
import { Script } from '../sessions/script';
import { install } from './install';
import { alternate, printRow } from './rounds';

/** Measures row 1. */
export async function firstLine(): Promise<void> {
  const course = await install('course');
  const redis = await startRedis();
  const launch = async (...args: string[]) => {
    const start = performance.now();
    const script = new Script(['npm', 'run', 'dev', ...args], { REDIS_URL: redis.url });
    await script.waitForLine('Redis client connected to the server');
    const ms = performance.now() - start;
    await script.stop('SIGKILL');
    return ms;
  };
  const sides = [() => launch('0-redis_client.ts'), () => launch('0-redis_client.js', '--prefix', course)];
  await alternate(1, ...sides); // until the disk cache holds all files
  const [ours = [], theirs = []] = await alternate(15, ...sides);
  printRow(['`npm run dev 0-redis_client.ts`: first line', ours], ['babel-node under nodemon', theirs], 'ms', 0.65);
}
