// What the two servers share: they answer in JSON whatever happens, and end cleanly.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import { errorLine } from '../redis/errorLine';
import { isUnavailable } from '../redis/luaScript';
import { exitWith, onShutdown } from '../redis/shutdown';

const BAD_REQUEST =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{"status":"Bad request"}';

/** Lets GET requests pass, the only method of the course's routes. HEAD gets a 404, too: it must reserve nothing. */
export const getOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'GET') next();
  else notFound(request, response, next);
};

/** Answers what no route has answered with 404 `{"status":"Not found"}`. */
export const notFound: RequestHandler = (_request, response) => {
  response.status(404).json({ status: 'Not found' });
};

/**
 * Answers when a route has failed: 503 `{"status":"Service unavailable"}` while Redis is away, 404 for a URL that can't be
 * decoded, else 500 `{"status":"Internal server error"}`, with the reason in one line on the console only.
 */
export const errorHandler: ErrorRequestHandler = (error, request, response, next) => {
  if (error instanceof URIError) return notFound(request, response, next);
  const [code, status] = isUnavailable(error) ? [503, 'Service unavailable'] : [500, 'Internal server error'];
  if (code === 500) console.error(`${request.method} ${request.path}: ${errorLine(error)}`);
  if (!response.headersSent) response.status(code).json({ status });
};

/** PORT, or `defaultPort` if it is not set. If it is no port, one line says so, exit code 1. */
export function port(defaultPort: number): number {
  const wanted = process.env.PORT || `${defaultPort}`;
  if (/^[1-9]\d*$/.test(wanted) && Number(wanted) <= 65_535) return Number(wanted);
  return exitWith(`PORT must be a whole number from 1 to 65535, and is "${wanted}"`);
}

/**
 * Serves `app` on 127.0.0.1, at PORT or `defaultPort`, and prints where, behind `label`. If the port can't be used, one line
 * says so, exit code 1. When the process is told to end, open requests are answered first.
 */
export function listen(app: Express, defaultPort = 1245, label = 'Listening on'): void {
  app.disable('etag').disable('x-powered-by'); // they help nobody here, and take time
  const own = port(defaultPort);
  const server = createServer((request, response) => {
    request.url = request.url?.replace(/^\/+/, '/'); // Express does not answer //a@b# in JSON
    app(request, response);
  });
  server.on('clientError', (_error, socket) => socket.end(BAD_REQUEST, () => socket.destroy()));
  server.on('error', ({ code }: NodeJS.ErrnoException) => {
    exitWith(`Port ${own} can't be used (${code}): stop what listens there, or choose another: PORT=${own + 1}`);
  });
  onShutdown(async () => {
    server.keepAliveTimeout = 1; // ms: of connections that become idle from now on
    await once(server.close(), 'close'); // those that are idle now are closed by this
  });
  server.listen(own, '127.0.0.1', () => console.log(`${label} http://127.0.0.1:${own}`));
}
