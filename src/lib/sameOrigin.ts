// Servers on this machine answer its user only: each web page can make a browser send requests to 127.0.0.1.
import type { IncomingMessage } from 'node:http';

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether `request` was not made by a foreign page. It was, when the browser says so (`Sec-Fetch-Site`, `Origin`), or when
 * the Host is not this machine with the port that the request came in on: a foreign name that points here (DNS
 * rebinding). No browser leaves the Host out, which is not refused here.
 */
export function isSameOrigin({ headers, socket }: IncomingMessage): boolean {
  const host = headers.host?.toLowerCase();
  const site = headers['sec-fetch-site'] ?? 'none';
  const isOurs = NAMES.some((name) => host === name || host === `${name}:${socket.localPort}`);
  const isOwnPage = !headers.origin || headers.origin === `http://${headers.host}`; // all that older browsers say
  return (host === undefined || isOurs) && isOwnPage && (site === 'none' || site === 'same-origin');
}
