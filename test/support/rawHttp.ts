// HTTP byte for byte, for requests that no HTTP client would send.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A GET for `path` with the `headers`, as it is sent. */
export function get(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
}

/** Sends `bytes` to `port`, and resolves to the answers, `200 Reservation confirmed` say, once the server has closed. */
export async function exchange(port: number, bytes: string): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return answers(socket);
}

/** Resolves to what a server answers on `socket` until it closes; rejects when any answer is not in JSON. */
export async function answers(socket: Socket): Promise<string[]> {
  const found: string[] = [];
  let rest = await text(socket);
  while (rest) {
    const [, status, headers = '', body = ''] = /^HTTP\/1\.1 (\d+) [^\r]*\r\n(.*?)\r\n\r\n(.*)$/s.exec(`${rest}`) ?? [];
    const length = Number(/^Content-Length: (\d+)$/im.exec(headers)?.[1]);
    if (!/^Content-Type: application\/json; charset=utf-8\r?$/im.test(headers)) throw new Error(`not JSON: ${rest}`);
    const value: unknown = JSON.parse(body.slice(0, length));
    const reason = value !== null && typeof value === 'object' && 'status' in value ? ` ${value.status}` : '';
    found.push(`${status}${reason}`);
    rest = body.slice(length);
  }
  return found;
}

/**
 * Opens `count` connections to `port` that send `bytes`, and then their `end` if so wanted, and never close. Resolves when
 * each was accepted or refused.
 */
export function openAll(port: number, count: number, bytes: string, end: boolean): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume();
      socket.on('error', () => {}); // refused for want of descriptors
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
      if (end) socket.end(bytes);
      else socket.write(bytes);
      return socket;
    }),
  );
}
