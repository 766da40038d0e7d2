// The connections of an HTTP server: whatever a client sends or leaves out, requests are answered and descriptors come back.
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

const BAD_REQUEST = [
  'HTTP/1.1 400 Bad Request',
  'Connection: close',
  'Content-Type: application/json; charset=utf-8',
  'Content-Length: 24',
  '',
  '{"status":"Bad request"}',
].join('\r\n');

/**
 * Has `server` answer what is not HTTP, and CONNECT, with 400 `{"status":"Bad request"}` behind the answers to the requests
 * before it, and close the connection. Returns what closes the server: it takes no new connections, closes each that it
 * has when its requests are answered, and then resolves.
 */
export function manageConnections(server: Server): () => Promise<void> {
  const connections = new Set<Duplex>();
  const latest = new WeakMap<Duplex, ServerResponse>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.prependListener('request', (request, response) => latest.set(request.socket, response));

  // Answers go out in the order of their requests: when the latest is out, all are.
  function whenAnswered(socket: Duplex, next: () => void): void {
    const response = latest.get(socket);
    if (!response || response.writableFinished) next();
    else response.prependOnceListener('finish', () => whenAnswered(socket, next)); // before Node closes the connection
  }

  function refuse(_reason: unknown, socket: Duplex): void {
    if (!connections.delete(socket)) return; // more of the same garbage
    socket.on('error', () => {}); // Node does not listen to it any more after CONNECT
    whenAnswered(socket, () => socket.end(BAD_REQUEST, () => socket.destroy()));
  }
  server.on('clientError', refuse).on('connect', refuse);

  return async () => {
    server.close();
    for (const socket of connections) whenAnswered(socket, () => socket.destroy());
    await once(server, 'close');
  };
}
