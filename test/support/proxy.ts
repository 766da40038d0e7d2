// A TCP proxy in front of a Redis: it holds up what passes, cuts connections, and leads to another Redis after a failover.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/tools/sessions/redisServer';

export interface RedisProxy {
  /** What REDIS_URL must be to go through it. */
  readonly url: string;
  /** The port of 127.0.0.1 that new connections lead to; those that are open stay. */
  target: number;
  /** For how many ms what a client sends is held up, with all behind it; 0 unless it is set. */
  delay: (bytes: Buffer) => number;
  /** The same for what Redis sends. */
  delayReply: (bytes: Buffer) => number;
  /** Closes all its connections to clients. What is held up still arrives, as it may in a network. */
  disconnect(): void;
  /** Resolves once nothing is held up any more. */
  delivered(): Promise<unknown>;
  /** Closes it and all its connections. */
  close(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1, in front of `target`. */
export async function startProxy(target: number): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  let held: Promise<unknown> = Promise.resolve();
  const server = createServer((outer) => {
    const inner = connect(proxy.target, '127.0.0.1');
    sockets.add(outer);
    outer.on('close', () => sockets.delete(outer));
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      let sent: Promise<unknown> = Promise.resolve();
      from
        .on('error', () => {})
        .on('data', (bytes) => {
          const ms = from === outer ? proxy.delay(bytes) : proxy.delayReply(bytes);
          sent = sent.then(() => (ms > 0 ? sleep(ms) : undefined)).then(() => to.write(bytes));
          if (ms > 0) held = Promise.all([held, sent]);
        });
      from.on('close', () => sent.then(() => to.destroySoon()));
    }
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const proxy: RedisProxy = {
    url: `redis://127.0.0.1:${port}`,
    target,
    delay: () => 0,
    delayReply: () => 0,
    disconnect() {
      for (const socket of sockets) socket.destroy();
    },
    delivered: () => held,
    async close() {
      proxy.disconnect();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** Gives the suite that calls this a proxy in front of `redis`, that holds nothing up when a test begins. */
export function useProxy(redis: () => { readonly port: number }): () => RedisProxy {
  let proxy: RedisProxy;
  before(async () => {
    proxy = await startProxy(redis().port);
  });
  beforeEach(() => {
    proxy.delay = () => 0;
    proxy.delayReply = () => 0;
  });
  after(() => proxy.close());
  return () => proxy;
}
