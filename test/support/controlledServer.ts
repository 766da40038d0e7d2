// A server of the course that measures itself: controlledServer.ts FILE serves the app of src/FILE. How long an answer takes
// depends on how busy the machine is. So two controls are measured in the same process at the same moment. GET /controls
// answers with one entry for each request since the last time, once Redis is there:
//
// ticks: how often a timer of 10 ms has come until the answer, at most once for each time that this process gets a core.
// A limit of a second in the program is at most 100 of them, on a busy machine too. A limit of two seconds is nearly 200.
// redisMs: after how many ms a PING was answered that was sent with the request on a connection of its own. So long did Redis
// pause, by the clock of this process.
import { once } from 'node:events';
import { resolve } from 'node:path';
import express from 'express';
import { createClient } from 'redis';
import { listen } from '../../src/lib/server/jsonServer';
import type { Server } from './server';

export interface Control {
  readonly status: number;
  readonly ticks: number;
  readonly redisMs: number;
}

function main(): void {
  let controls: Promise<Control>[] = [];
  let ticks = 0;
  setInterval(() => ticks++, 10);
  const client = createClient(process.env.REDIS_URL ?? '', { retry_strategy: () => 100 });
  client.on('error', () => {}); // it is made again

  const app = express();
  app.get('/controls', async (_request, response) => {
    const all = await Promise.all(controls);
    controls = [];
    response.json(all);
  });
  app.use((_request, response, next) => {
    const [firstTick, start] = [ticks, performance.now()];
    const answered = new Promise<number>((resolve) => client.ping(() => resolve(performance.now() - start)));
    const finished = once(response, 'finish').then(() => ticks - firstTick);
    const read = async () => ({ ticks: await finished, status: response.statusCode, redisMs: await answered });
    controls.push(read());
    next();
  });
  app.use(require(resolve(__dirname, '../../src', process.argv[2] ?? '')).app);
  listen(app);
}

/** What the requests to `server` since the last call say of themselves. Resolves once Redis is there. */
export async function readControls(server: Server): Promise<Control[]> {
  const { body } = await server.get('/controls');
  if (!Array.isArray(body)) throw new Error('there are no controls');
  return body.map(({ status, ticks, redisMs }) => ({ status, ticks, redisMs }));
}

if (require.main === module) main();
