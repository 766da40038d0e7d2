// What the two servers share: they answer in JSON whatever happens, listen on this machine only, and end cleanly.
import { once } from 'node:events';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import { fail } from './fail';
import { isRedisAway } from './failFast';
import { onShutdown } from './shutdown';

/** Lets GET pass, the only method of the course's routes; the others, HEAD among them, reserve nothing and get a 404. */
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
 * read, else 500 `{"status":"Internal server error"}`, with the reason in one line on the console only.
 */
export const failed: ErrorRequestHandler = (error, request, response, next) => {
  if (isRedisAway(error)) {
    response.status(503).json({ status: 'Service unavailable' });
  } else if (error instanceof URIError) {
    notFound(request, response, next);
  } else {
    console.error(`${request.method} ${request.path}: ${error}`);
    response.status(500).json({ status: 'Internal server error' });
  }
};

/** PORT, or `usual` where it is not set. What is no port is said in one line, exit 1. */
export function portOr(usual: number): number {
  const port = Number(process.env.PORT || usual);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    fail(`PORT must be a whole number up to 65535, and is ${process.env.PORT}`);
  }
  return port;
}

/** Says in one line why a server can't listen on `port`, exit 1. */
export function portFailed(port: number, { code }: NodeJS.ErrnoException): never {
  fail(`Port ${port} can't be used (${code}): stop what listens there, or choose another, PORT=${port + 1} say`);
}

/**
 * Serves `app` on 127.0.0.1, at PORT or 1245. A port that can't be used is said in one line, exit 1. When the process is
 * told to end, requests that are under way are answered first.
 */
export function listen(app: Express): void {
  const port = portOr(1245);
  const server = app.listen(port, '127.0.0.1', (error?: NodeJS.ErrnoException) => {
    if (error) portFailed(port, error);
  });
  // Node answers what it can't read as HTTP by itself, and not in JSON.
  server.on('clientError', (_error, socket) => {
    const body = '{"status":"Bad request"}';
    const head = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8';
    if (socket.writable) socket.end(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });

  let open = 0;
  let closing = false;
  const closeIfDone = () => {
    if (closing && open === 0) server.closeAllConnections();
  };
  server.prependListener('request', (_request, response) => {
    open++;
    if (closing) response.setHeader('Connection', 'close');
    response.once('close', () => {
      open--;
      closeIfDone();
    });
  });
  onShutdown(async () => {
    closing = true;
    server.close();
    closeIfDone();
    await once(server, 'close');
  });
}
