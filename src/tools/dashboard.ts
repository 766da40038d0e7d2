// npm run dashboard: Kue's own web dashboard, with the jobs of the Redis at REDIS_URL, for whoever sits at this machine.
import kue from 'kue';
import { createQueue } from '../kueQueue';
import { createPersistentClient } from '../redisConnect';
import { fail } from './fail';

const port = process.env.PORT || '3000';

function serve(): void {
  createQueue();
  try {
    kue.app
      .listen(Number(port), '127.0.0.1', () => console.log(`Kue's dashboard: http://127.0.0.1:${port}`))
      .on('error', notServed);
  } catch (error) {
    notServed(error);
  }
}

function notServed(error: unknown): never {
  fail(`Port ${port} can't be used (${error}): name another one, as in "PORT=3001 npm run dashboard"`);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit());

const probe = createPersistentClient();
probe.once('error', (error) => fail(`${error}: start a Redis with "npm run redis", or name one by REDIS_URL`));
probe.once('ready', () => {
  probe.quit();
  serve();
});
