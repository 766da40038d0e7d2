// npm run dashboard: Kue's own web page with the jobs of the Redis at REDIS_URL, for whoever sits at this machine.
import { createServer, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import kue, { type Job } from 'kue';
import { createQueue } from '../lib/createQueue';
import { port, portFailed } from '../lib/jsonServer';
import { isSameSite } from '../lib/sameSite';
import { onShutdown } from '../lib/shutdown';

const AWAY = 'Redis is not connected: start it with "npm run redis", then load this page again';
const STATES = ['active', 'inactive', 'complete', 'failed', 'delayed'];

const queue = createQueue();
const countAsync = promisify<string, number>(queue.client.zcard).bind(queue.client);

/** The first state in which there are jobs. */
async function stateWithJobs(): Promise<string> {
  for (const state of STATES) if ((await countAsync(`q:jobs:${state}`)) > 0) return state;
  return 'active';
}

const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** The data of a job with a title, which is all that Kue's page shows of it at first. */
function withTitle({ type, data }: Job): object {
  const { title, phoneNumber, message } = Object(data);
  const ofCourse = phoneNumber && message ? `${text(phoneNumber)}: ${text(message)}` : type;
  return { ...Object(data), title: text(title || ofCourse) };
}

const toJSON = kue.Job.prototype.toJSON;
kue.Job.prototype.toJSON = function (this: Job) {
  return { ...toJSON.call(this), data: withTitle(this) };
};

// The page inserts some of what it gets as HTML, and some as text. With an invisible character (word joiner) behind it, neither
// < begins a tag nor & an entity, and both look the same as text.
const asText = (value: unknown) => JSON.parse(JSON.stringify(value).replace(/[<&]/g, '$&\u2060'));
kue.app.set('json replacer', (key: string, value: unknown) => (key === '' ? asText(value) : value));

function answer(response: ServerResponse, status: number, line: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers }).end(`${line}\n`);
}

const ownPort = port(3000);
const server = createServer(async (request, response) => {
  if (!isSameSite(request)) {
    answer(response, 403, `Only this machine's user may see this: type http://127.0.0.1:${ownPort} into the browser`);
  } else if (!queue.client.connected) {
    // Kue's page shows `error`, the browser the rest.
    if (/html/.test(request.headers.accept ?? '')) answer(response, 503, AWAY, { Refresh: '2' });
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ error: AWAY }));
  } else if (request.url === '/') {
    answer(response, 302, '', { Location: `/${await stateWithJobs().catch(() => STATES[0])}` });
  } else {
    kue.app(request, response);
  }
});
server.on('error', (error) => portFailed(ownPort, error));
server.listen(ownPort, '127.0.0.1', () => console.log(`Kue's dashboard: http://127.0.0.1:${ownPort}`));
onShutdown(async () => server.close());
