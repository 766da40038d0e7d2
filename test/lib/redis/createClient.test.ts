// Every kind of script while its Redis goes and comes back, is another one, or refuses it.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { freePort } from '../../../src/tools/sessions/redisServer';
import { Script } from '../../../src/tools/sessions/script';
import { useProxy } from '../../support/proxy';
import { CONNECTED, NOT_CONNECTED } from '../../support/server';
import { until } from '../../support/until';
import { KEEPS_ALL, useRedis } from '../../support/useRedis';

const QUEUE_SCRIPTS = ['6-job_creator.ts', '7-job_processor.ts'];
const SCRIPTS = ['0-redis_client.ts', '5-subscriber.ts', '9-stock.ts', '100-seat.ts', ...QUEUE_SCRIPTS];

describe('lib/redis/createClient', () => {
  const first = useRedis(...KEEPS_ALL, '--repl-diskless-sync-delay', '0');
  const second = useRedis('--repl-diskless-sync-delay', '0');
  const proxy = useProxy(first);
  let scripts: Map<string, Script>;

  beforeEach(async () => {
    proxy().target = first().port;
    scripts = new Map();
    for (const file of SCRIPTS) scripts.set(file, Script.task(file, proxy().url, { PORT: `${await freePort()}` }));
    for (const [file, script] of scripts) if (!QUEUE_SCRIPTS.includes(file)) await script.waitForLine(CONNECTED);
    await scriptOf('6-job_creator.ts').waitForLine(/created/);
    await until(async () => /blocked_clients:[1-9]/.test(String(await first().send('info', 'clients'))));
  });
  afterEach(async () => {
    for (const redis of [first(), second()]) await redis.send('replicaof', 'no', 'one');
  });

  function scriptOf(file: string): Script {
    const script = scripts.get(file) ?? Script.task(file, proxy().url);
    scripts.set(file, script);
    return script;
  }
  const count = (file: string, line: string | RegExp) => scriptOf(file).lines.filter((text) => text.match(line)).length;

  /** Resolves once a server answers a request for `path` with 200. */
  async function untilServed(file: string, path: string): Promise<void> {
    const address = scriptOf(file)
      .lines.find((line) => line.startsWith('Listening on'))
      ?.slice('Listening on '.length);
    await until(async () => (await fetch(`${address}${path}`)).status === 200);
  }

  /** That each script works with the Redis that is there now, and those of a queue have said in a line each that it went and came. */
  async function expectToGoOn(): Promise<void> {
    for (const file of QUEUE_SCRIPTS) await scriptOf(file).waitForLine(CONNECTED, 2);
    await untilServed('9-stock.ts', '/reserve_product/2');
    await untilServed('100-seat.ts', '/reserve_seat');
    await scriptOf('7-job_creator.ts').waitForLine(/completed|failed/, 11);
    await scriptOf('6-job_processor.ts').waitForLine(/^Sending/);
    await scriptOf('6-job_creator.ts').waitForLine('Notification job completed');
    await scriptOf('5-publisher.ts').waitForLine('About to send KILL_SERVER');
    expect(await scriptOf('5-subscriber.ts').exit()).to.equal(0);
    for (const file of QUEUE_SCRIPTS) {
      expect([count(file, NOT_CONNECTED), count(file, /^Redis client connected/)], file).to.deep.equal([2, 2]);
    }
    const others = (line: string) => /error|warn/i.test(line) && !NOT_CONNECTED.test(line);
    for (const [file, { lines }] of scripts) expect(lines.filter(others), file).to.deep.equal([]);
  }

  it('has all scripts go on when Redis was killed, and when it becomes a replica, as Sentinel makes it one', async () => {
    const connected = new Map([...scripts].map(([file]) => [file, count(file, CONNECTED)]));
    await first().kill();
    for (const script of scripts.values()) await script.waitForLine(NOT_CONNECTED);
    await first().start();
    for (const [file, lines] of connected) await scriptOf(file).waitForLine(CONNECTED, lines + 1);
    const lost = new Map([...scripts].map(([file]) => [file, count(file, NOT_CONNECTED)]));

    await second().send('replicaof', '127.0.0.1', first().port);
    // Replicas get all a moment later.
    await until(async () => (await second().send('zcard', 'q:jobs:inactive')) === 1);
    await second().send('replicaof', 'no', 'one');
    await first().send('replicaof', '127.0.0.1', second().port);
    for (const type of ['normal', 'pubsub']) await first().send('client', 'kill', 'type', type);
    for (const [file, lines] of lost) await scriptOf(file).waitForLine(NOT_CONNECTED, lines + 1);
    await sleep(1500); // as long as their address leads to the replica
    await until(async () => String(await first().send('role')).includes('connected')); // passes messages on
    proxy().target = second().port;
    await expectToGoOn();
  });
});

describe('lib/redis/createClient, when Redis refuses its clients', () => {
  const redis = useRedis();
  const password = 'new';

  async function cli(...command: string[]): Promise<string[]> {
    const script = new Script(['redis-cli', '-p', `${redis().port}`, ...command], { REDISCLI_AUTH: password });
    await script.exit();
    return script.lines;
  }
  afterEach(() => cli('config', 'set', 'requirepass', ''));
  const countConnections = async () =>
    Number((await cli('info', 'stats')).join().match(/connections_received:(\d+)/)?.[1]);

  for (const [what, reason, begin, end] of [
    ['wants a password', /NOAUTH/, ['config', 'set', 'requirepass', password], ['config', 'set', 'requirepass', '']],
    ['is a replica', /READONLY|replica/, ['replicaof', '127.0.0.1', '1'], ['replicaof', 'no', 'one']],
  ] as const) {
    it(`is tried again, with pauses, as long as it ${what}; a line says why`, async () => {
      await cli(...begin);
      const PORT = `${await freePort()}`;
      const scripts = ['7-job_processor.ts', '100-seat.ts'].map((file) => Script.task(file, redis().url, { PORT }));
      for (const script of scripts) await script.waitForLine(reason);
      const connections = await countConnections();
      await sleep(1500);
      expect(await countConnections()).to.be.within(connections + 4, connections + 40); // by seven clients
      await cli(...end);
      for (const script of scripts) await script.waitForLine(CONNECTED);
      expect(scripts[0]?.lines).to.have.length(2);
    });
  }
});
