// npm run dashboard: Kue's own web dashboard, with the jobs of the Redis at REDIS_URL, for whoever sits at this machine.
import kue from 'kue';
import { createQueue } from '../lib/createQueue';
import { fail } from '../lib/fail';
import { portFailed, portOr } from '../lib/jsonServer';
import { createPersistentClient } from '../redisConnect';

const port = portOr(3000);

const probe = createPersistentClient();
probe.once('error', (error) => fail(`${error}: start a Redis with "npm run redis", or name one by REDIS_URL`));
probe.once('ready', () => {
  probe.quit();
  createQueue();
  const server = kue.app.listen(port, '127.0.0.1', () => console.log(`Kue's dashboard: http://127.0.0.1:${port}`));
  server.on('error', (error) => portFailed(port, error));
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit());
