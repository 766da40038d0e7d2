// A Redis that can fail over: a primary, two replicas, three Sentinels, and a service address that follows the primary.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { freePort } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { type PrivateRedis, privateRedis } from './privateRedis';
import { startProxy } from './proxy';

export interface SentinelGroup {
  /** What REDIS_URL must be to reach the primary. */
  readonly url: string;
  /** The server that the service address leads to. */
  readonly primary: PrivateRedis;
  readonly servers: readonly PrivateRedis[];
  /** Asks a Sentinel. */
  ask(command: string, ...args: string[]): Promise<string[]>;
}

/** Gives each test of the suite that calls this a group of its own, that is ready to fail over, and ends it afterwards. */
export function sentinelGroup(): () => SentinelGroup {
  const starters = [1, 2, 3].map(() => privateRedis('--repl-diskless-sync-delay', '0'));
  let group: SentinelGroup;
  let end: () => Promise<void>;

  beforeEach(async () => {
    const servers = starters.map((redis) => redis());
    const [first, ...others] = servers;
    if (!first) throw new Error('There is no primary');
    for (const other of others) {
      await other.ask('replicaof', '127.0.0.1', first.port);
      while (!String(await other.ask('role')).includes('connected')) await sleep(50);
    }
    const folder = await mkdtemp(join(tmpdir(), 'queuing-sentinels-'));
    const [port] = await Promise.all([1, 2, 3].map(() => startSentinel(folder, first.port)));
    const proxy = await startProxy(first.port);
    const watcher = createClient({ port, no_ready_check: true });
    watcher.on('message', (_channel, text: string) => {
      proxy.target = Number(text.split(' ')[4]); // NAME OLD-HOST OLD-PORT NEW-HOST NEW-PORT
    });
    watcher.subscribe('+switch-master');
    end = async () => {
      watcher.end(false);
      await proxy.close();
      await rm(folder, { recursive: true });
    };
    group = {
      url: proxy.url,
      get primary() {
        return servers.find((server) => server.port === proxy.target) ?? first;
      },
      servers,
      async ask(...command) {
        const cli = new Script(['redis-cli', '-p', `${port}`, ...command], {});
        await cli.exit();
        return cli.lines;
      },
    };
    const isReady = (lines: readonly string[]) =>
      ['num-slaves', 'num-other-sentinels'].every((field) => lines[lines.indexOf(field) + 1] === '2');
    while (!isReady(await group.ask('sentinel', 'master', 'main'))) await sleep(100);
  });
  afterEach(() => end());
  return () => group;
}

/** Starts a Sentinel, as a script, which no test outlives. Resolves to its port once it watches the `primary`. */
async function startSentinel(folder: string, primary: number): Promise<number> {
  const port = await freePort();
  const file = join(folder, `${port}.conf`); // it keeps what it knows there
  const lines = [
    ...[`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, `sentinel monitor main 127.0.0.1 ${primary} 2`],
    ...['sentinel down-after-milliseconds main 1000', 'sentinel failover-timeout main 5000', ''],
  ];
  await writeFile(file, lines.join('\n'));
  await new Script(['redis-server', file, '--sentinel'], {}).waitForLine(/\+monitor master main/);
  return port;
}
