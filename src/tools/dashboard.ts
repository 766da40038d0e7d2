// npm run dashboard: Kue's own web page with the jobs of the Redis at REDIS_URL, for whoever sits at this machine.
import { IncomingMessage } from 'node:http';
import express, { type Response } from 'express';
import kue, { type Job } from 'kue';
import { createQueue } from '../lib/queue/createQueue';
import { errorHandler, listen } from '../lib/server/jsonServer';
import { sameOrigin } from '../lib/server/sameOrigin';

const { client } = createQueue();

// The title in its data is all that the page shows of a job at first.
const { toJSON } = kue.Job.prototype;
kue.Job.prototype.toJSON = function (this: Job) {
  const { phoneNumber, message, title = message ? `${phoneNumber}: ${message}` : this.type } = Object(this.data);
  return {
    ...toJSON.call(this),
    data: { ...(typeof this.data === 'object' ? this.data : { data: this.data }), title },
  };
};

// The page inserts some of what it gets as HTML. With an invisible character (word joiner) behind it, < begins no tag, & no
// entity and { no name that the page replaces; they look the same as text.
Object.assign(Reflect.get(kue.app, 'response'), {
  json(this: Response, value: unknown) {
    return this.type('json').send(JSON.stringify(value).replace(/[<&]|\{(?=\w)/g, '$&\u2060'));
  },
});

const app = express().use(sameOrigin);
app.use((_request, response, next) => {
  if (client.connected) next();
  else
    response.status(503).set('Refresh', '2').json({ error: 'Redis is not connected: start it with "npm run redis"' });
});
// What Express 5 has added to a request is in the way of Kue's Express 4.
app.use((request, response) => kue.app(Object.setPrototypeOf(request, IncomingMessage.prototype), response));
for (const each of [app, kue.app]) each.use(errorHandler);

listen(app, 3000, "Kue's dashboard:");
