// npm run dashboard: Kue's own web page with the jobs of the Redis at REDIS_URL, for whoever sits at this machine.
import { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import express, { type ErrorRequestHandler, type Response } from 'express';
import kue, { type Job } from 'kue';
import { createQueue } from '../lib/queue/createQueue';
import { listen } from '../lib/server/jsonServer';
import { isSameOrigin } from '../lib/server/sameOrigin';

const NOT_CONNECTED = 'Redis is not connected: start it with "npm run redis", then load this page again';
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
  return { ...(typeof data === 'object' ? data : { data }), title: text(title || ofCourse) };
}

const TOO_DEEP = { data: { title: 'This job is nested too deep to be shown' }, result: null, progress_data: null };
const toJSON = kue.Job.prototype.toJSON;
kue.Job.prototype.toJSON = function (this: Job) {
  const fields = toJSON.call(this);
  try {
    const shown = { ...fields, data: withTitle(this) };
    JSON.stringify(shown, (_key, value) => value); // which takes more of the stack than it does without a function
    return shown;
  } catch {
    return { ...fields, ...TOO_DEEP };
  }
};

// The page inserts some of what it gets as HTML, and some as text. With an invisible character (word joiner) behind it, <
// begins no tag, & no entity and { no name that the page replaces; they look the same as text.
Object.assign(Reflect.get(kue.app, 'response'), {
  json(this: Response, value: unknown) {
    return this.type('json').send(JSON.stringify(value).replace(/[<&]|\{(?=\w)/g, '$&\u2060'));
  },
});

const app = express();

app.use((request, response, next) => {
  if (!isSameOrigin(request)) {
    const url = `http://127.0.0.1:${request.socket.localPort}`;
    response.status(403).type('text').send(`Only this machine's user may see this: type ${url} into the browser\n`);
  } else if (queue.client.connected) next();
  // Kue's page shows `error`, the browser the rest.
  else if (!/html/.test(request.headers.accept ?? '')) response.json({ error: NOT_CONNECTED });
  else response.status(503).set('Refresh', '2').type('text').send(`${NOT_CONNECTED}\n`);
});

app.get('/', async (_request, response) => response.redirect(`/${await stateWithJobs().catch(() => STATES[0])}`));

/** Whether Kue can read it without an error, which would end this process. */
function isJob(value: unknown): boolean {
  const { type, options } = Object(value);
  const { attempts, priority, delay, ttl } = Object(options);
  const plain = [attempts, priority, delay, ttl];
  return typeof type === 'string' && type !== '' && plain.every((option) => Object(option) !== option);
}

app.post('/job', express.json(), (request, response, next) => {
  Reflect.set(request, '_body', true); // or Kue would wait for a body
  if ([request.body].flat().every(isJob)) next();
  else response.status(400).json({ error: 'A job is { type, data, options }' });
});

// What Express 5 has added to a request is in the way of Kue's Express 4.
app.use((request, response) => kue.app(Object.setPrototypeOf(request, IncomingMessage.prototype), response));

const sayInJson: ErrorRequestHandler = (error, _request, response, _next) => {
  response.status(error.status ?? 500).json({ error: `${error.message}` });
};
for (const each of [app, kue.app]) each.use(sayInJson);

listen(app, 3000, "Kue's dashboard:");
