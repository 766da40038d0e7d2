// A Redis that can fail over: a primary, two replicas, three Sentinels, and a service address that follows the primary.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type RedisServer, startRedis } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { startProxy } from './proxy';
import { until } from './until';
import { sender } from './useRedis';

export interface SentinelGroup {
  /** What REDIS_URL must be to reach the primary. */
  readonly url: string;
  readonly servers: readonly RedisServer[];
  /** The server that the service address leads to. */
  primary(): RedisServer;
  /** Sends a command to a Sentinel. */
  send(...command: [string, ...string[]]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a group. Resolves once it is ready to fail over. */
export async function startGroup(): Promise<SentinelGroup> {
  const options = ['--repl-diskless-sync-delay', '0', '--appendonly', 'yes'];
  const [first, ...others] = [await startRedis(options), await startRedis(options), await startRedis(options)];
  for (const { url } of others) {
    await sender(url)('replicaof', '127.0.0.1', first.port);
    await until(async () => String(await sender(url)('role')).includes('connected'));
  }
  const folder = await mkdtemp(join(tmpdir(), 'queuing-sentinels-'));
  const ports = [await freePort(), await freePort(), await freePort()];
  for (const port of ports) {
    const file = join(folder, `${port}.conf`); // it keeps what it knows there
    const watch = ['monitor main 127.0.0.1 PORT 2', 'down-after-milliseconds main 1000', 'failover-timeout main 5000'];
    const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...watch.map((line) => `sentinel ${line}`), ''];
    await writeFile(file, lines.join('\n').replace('PORT', `${first.port}`));
    await new Script(['redis-server', file, '--sentinel'], {}).waitForLine(/\+monitor master main/);
  }
  const send = sender(`redis://127.0.0.1:${ports[0]}`);
  const proxy = await startProxy(first.port);
  const watcher = setInterval(async () => {
    const [, port] = Object(await send('sentinel', 'get-master-addr-by-name', 'main').catch(() => []));
    if (port) proxy.target = Number(port);
  }, 50);
  await until(async () => {
    const known = String(await send('sentinel', 'master', 'main'));
    return /num-slaves,2,num-other-sentinels,2/.test(known);
  });
  return {
    url: proxy.url,
    servers: [first, ...others],
    primary: () => [first, ...others].find(({ port }) => port === proxy.target) ?? first,
    send,
    async stop() {
      clearInterval(watcher);
      await proxy.close();
      for (const server of [first, ...others]) await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
