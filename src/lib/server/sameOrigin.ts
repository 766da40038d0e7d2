// Servers on this machine answer its user only: each web page can make a browser send requests to 127.0.0.1.
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether `request` was not made by a page of another site. It was, if the browser says so (`Sec-Fetch-Site`, `Origin`), or if
 * the Host is not this machine with the port of this connection: a foreign name that leads here (DNS rebinding).
 */
export function isSameOrigin({ headers, socket }: IncomingMessage): boolean {
  const host = headers.host?.toLowerCase();
  const site = headers['sec-fetch-site'] ?? 'none';
  const isOurs = NAMES.some((name) => host === name || host === `${name}:${socket.localPort}`);
  const isOwnPage = !headers.origin || headers.origin === `http://${headers.host}`; // all that older browsers say
  return isOurs && isOwnPage && (site === 'none' || site === 'same-origin');
}

/** Answers a request that a page of another site has made with 403 `{"status":"Forbidden"}`. */
export const sameOrigin: RequestHandler = (request, response, next) => {
  if (isSameOrigin(request)) next();
  else response.status(403).json({ status: 'Forbidden' });
};
