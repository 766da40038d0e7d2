// What the two servers share: they answer in JSON whatever happens, to this machine only, and end cleanly.
import { createServer } from 'node:http';
import type { ErrorRequestHandler, Express, RequestHandler, Response } from 'express';
import { manageConnections } from './connections';
import { errorLine } from './errorLine';
import { fail } from './fail';
import { isSameOrigin } from './sameOrigin';
import { onShutdown } from './shutdown';
import { isUnavailable } from './unavailable';

function answer(response: Response, code: number, status: string): void {
  response.status(code).json({ status });
}

/**
 * Lets GET requests pass, the only method of the course's routes, unless a foreign page made them: 403
 * `{"status":"Forbidden"}`. The other methods, HEAD among them, reserve nothing and get a 404.
 */
export const sameOriginGet: RequestHandler = (request, response, next) => {
  const { host, expect } = request.headers;
  delete request.headers['if-none-match']; // "*" would turn an answer into a bare 304
  if (host === undefined && request.httpVersion === '1.1') answer(response, 400, 'Bad request');
  else if (!isSameOrigin(request)) answer(response, 403, 'Forbidden');
  else if (expect && !/100-continue/i.test(expect)) answer(response, 417, 'Expectation failed');
  else if (request.method !== 'GET') notFound(request, response, next);
  else next();
};

/** Answers what no route has answered with 404 `{"status":"Not found"}`. */
export const notFound: RequestHandler = (_request, response) => answer(response, 404, 'Not found');

/**
 * Answers when a route has failed: 503 `{"status":"Service unavailable"}` while Redis is away, 404 for a URL that can't be
 * read, else 500 `{"status":"Internal server error"}`, with the reason and its place in one line on the console only.
 */
export const errorHandler: ErrorRequestHandler = (error, request, response, _next) => {
  const [code, status] = isUnavailable(error)
    ? [503, 'Service unavailable']
    : error instanceof URIError
      ? [404, 'Not found']
      : [500, 'Internal server error'];
  if (code === 500) console.error(`${request.method} ${request.path}: ${errorLine(error)}`);
  if (!response.headersSent) answer(response, code, status);
};

/** PORT, or `defaultPort` where it is not set. What is no port is said in one line, exit 1. */
export function port(defaultPort: number): number {
  const wanted = process.env.PORT || `${defaultPort}`;
  if (!/^\d+$/.test(wanted) || Number(wanted) > 65_535) {
    fail(`PORT must be a whole number up to 65535, and is "${wanted}"`);
  }
  return Number(wanted);
}

/**
 * Serves `app` on 127.0.0.1, at PORT or `defaultPort`, and says where, behind `label`. A port that can't be used is said in
 * one line, exit 1. When the process is told to end, requests that are under way are answered first.
 */
export function listen(app: Express, defaultPort = 1245, label = 'Listening on'): void {
  app.disable('etag').disable('x-powered-by'); // they help nobody here, and take time
  const ownPort = port(defaultPort);
  // Node would answer a request without Host, or with an Expect that it doesn't know, by itself and not in JSON.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    // A path, all that Express has routes for.
    request.url = request.url?.replace(/^(?:https?:\/\/[^/]*)?\/?/i, '/').replace(/#.*/, '');
    app(request, response);
  });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  // A client may send its request, then its end, and wait for the answer. The types lack this property.
  Object.assign(server, { httpAllowHalfOpen: true });
  onShutdown(manageConnections(server));
  server.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (server.listening) return; // of a single connection
    fail(
      `Port ${ownPort} can't be used (${code}): stop what listens there, or choose another, PORT=${ownPort + 1} say`,
    );
  });
  server.listen(ownPort, '127.0.0.1', () => {
    const address = server.address();
    if (address && typeof address === 'object') console.log(`${label} http://127.0.0.1:${address.port}`);
  });
}
