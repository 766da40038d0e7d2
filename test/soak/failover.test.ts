// Failovers by real Sentinels under load. What may be lost is what a primary had not yet passed on to its replicas when it was
// replaced (asynchronous replication): some of the jobs that were created in that moment. What the next primary has is done.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { type SentinelGroup, startGroup } from '../support/sentinels';
import { CONNECTED, launchServer, NOT_CONNECTED } from '../support/server';
import { until } from '../support/until';
import { linesOf } from '../support/useJobs';
import { sender } from '../support/useRedis';

const [BEFORE, DURING] = [300, 3000];

describe('a failover by Sentinels', () => {
  let group: SentinelGroup;
  beforeEach(async () => {
    group = await startGroup();
  });
  afterEach(() => group.stop());

  function startCreator(jobs: number): Script {
    const list = JSON.stringify(Array(jobs).fill('quick'));
    return Script.task('../test/support/creator.ts', group.url, { PAUSE: '100' }, ['test', list]);
  }

  /** Runs the server `file` with a customer who GETs its `paths` in turn, 50 times a second, and keeps the status codes. */
  async function serve(file: string, ...paths: string[]) {
    const { script, get } = await launchServer((env) => Script.task(file, group.url, env));
    const statuses: number[] = [];
    const visit = async () => {
      for (let n = 0; !script.ended; n++) {
        statuses.push((await get(paths[n % paths.length] ?? '').catch(() => ({ status: 0 }))).status);
        await sleep(20);
      }
    };
    visit();
    return { script, statuses };
  }

  for (const [what, failOver] of [
    ['that is planned', () => group.send('sentinel', 'failover', 'main')],
    ['of a primary that is killed', () => group.primary().kill()],
    ['of a primary that hangs, as after a loss of power', async () => group.primary().process.kill('SIGSTOP')],
  ] as const) {
    it(`${what}: all scripts go on within ten seconds, and no job that the next primary has is left`, async () => {
      const kept = startCreator(BEFORE);
      for (const { url } of group.servers) await until(async () => (await sender(url)('zcard', 'q:jobs')) === BEFORE);
      const shops = [
        await serve('9-stock.ts', '/reserve_product/2', '/list_products/2'),
        await serve('100-seat.ts', '/reserve_seat', '/available_seats', '/process'),
      ];
      const creator = startCreator(DURING);
      const processors = [1, 2].map(() => Script.task('../test/support/processor.ts', group.url));
      await Promise.all([creator, ...processors].map((script) => script.waitForLine(/^(created|began)/, 20)));
      const replaced = group.primary();

      await failOver();
      await until(() => group.primary() !== replaced);
      const start = performance.now();
      const begun = shops.map(({ statuses }) => statuses.length);
      const began = processors.map(({ lines }) => lines.length);
      await until(() => shops.every(({ statuses }, n) => statuses.slice(begun[n]).includes(200)));
      await until(() =>
        processors.some(({ lines }, n) => lines.slice(began[n]).some((line) => line.startsWith('began'))),
      );
      expect(performance.now() - start).to.be.below(10_000);

      await creator.waitForLine(/^created/, DURING);
      const send = sender(group.primary().url);
      const waiting = async (state: string) => Number(await send('zcard', `q:jobs:test:${state}`));
      await until(async () => (await waiting('inactive')) + (await waiting('active')) === 0);
      await until(() => new Set(linesOf([kept], /^complete/)).size === BEFORE);
      for (const { statuses } of shops) expect([200, 409, 503]).to.include.members(statuses);
      for (const script of [kept, creator, ...processors]) {
        const lines = linesOf([script], /^(?!created|complete|began)/);
        expect(lines.filter((line) => NOT_CONNECTED.test(line))).to.have.length.within(1, 2);
        expect(lines.filter((line) => !NOT_CONNECTED.test(line) && line !== CONNECTED)).to.deep.equal([]);
      }
    });
  }
});
