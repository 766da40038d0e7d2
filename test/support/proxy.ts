// A TCP proxy: the service address of a Redis that has replicas, which leads to another one after a failover.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { freePort } from '../../src/tools/sessions/redisServer';

export interface RedisProxy {
  readonly port: number;
  /** What REDIS_URL must be to go through it. */
  readonly url: string;
  /** The port of 127.0.0.1 that new connections lead to; those that are open stay. Without it, they are closed at once. */
  target: number | undefined;
  /** For how many ms what a client sends is held up, with all behind it; 0 unless it is set. */
  delay: (bytes: Buffer) => number;
  /** The same for what Redis sends. */
  delayReply: (bytes: Buffer) => number;
  /** How many connections it has accepted. */
  readonly accepted: number;
  /** Closes all its connections. What is held up still arrives, as it may in a network. */
  disconnect(): void;
  /** Closes it and all its connections. */
  close(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1, in front of `target`; with `tls`, it speaks TLS to those that connect. */
export async function startProxy(target?: number, tls?: TlsOptions): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const accept = (outer: Socket) => {
    accepted += 1;
    if (proxy.target === undefined) {
      outer.on('error', () => {}).destroy();
      return;
    }
    const inner = connect(proxy.target, '127.0.0.1');
    sockets.add(outer);
    outer.on('close', () => sockets.delete(outer));
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      let sent = Promise.resolve();
      from
        .on('error', () => {})
        .on('data', (bytes) => {
          const ms = from === outer ? proxy.delay(bytes) : proxy.delayReply(bytes);
          sent = sent.then(() => (ms > 0 ? sleep(ms) : undefined)).then(() => void to.write(bytes));
        });
      from.on('close', () => {
        sent.then(() => to.destroySoon());
      });
    }
  };
  const server = tls ? createTlsServer(tls, accept) : createServer(accept);
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const proxy: RedisProxy = {
    port,
    url: `redis://127.0.0.1:${port}`,
    target,
    delay: () => 0,
    delayReply: () => 0,
    get accepted() {
      return accepted;
    },
    disconnect() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      proxy.disconnect();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
