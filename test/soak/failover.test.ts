// Failovers by real Sentinels under load. What may be lost is what a primary had not yet passed on to its replicas when it was
// replaced (asynchronous replication): some of the jobs that were created in that moment. What the next primary has is done.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { notifications, SOAK } from '../support/jobs';
import { type SentinelGroup, sentinelGroup } from '../support/sentinels';
import { launchServer } from '../support/server';

const TYPE = 'push_notification_code_2';
const [BEFORE, DURING] = [300, 3000];
const CONNECTED = /^Redis client connected/;
const OF_JOBS = /^(created|completed|Sending|Seat reservation|Listening)/;

/** Creates so many jobs, all at once. */
function createJobs(url: string, jobs: number): Script {
  return Script.file('test/support/createJobs.ts', url, {}, [TYPE, JSON.stringify(notifications(jobs))]);
}

/** Runs the server `file` with a customer who GETs the `paths` in turn, 50 times a second, and keeps the status codes. */
async function serve(file: string, url: string, paths: readonly string[]) {
  const { script, get } = await launchServer(file, url);
  const statuses: number[] = [];
  const visit = async () => {
    for (let n = 0; !script.ended; n++) {
      const answer = await get(paths[n % paths.length] ?? '').catch(() => ({ status: 0 }));
      statuses.push(answer.status);
      await sleep(20);
    }
  };
  visit();
  return { script, statuses };
}

(SOAK ? describe : describe.skip)('a failover by Sentinels', function () {
  this.timeout(240_000);
  const group = sentinelGroup();

  async function until(isSo: () => boolean | Promise<boolean>, what: string, end: number): Promise<void> {
    while (!(await isSo())) {
      expect(performance.now(), what).to.be.below(end);
      await sleep(20);
    }
  }

  for (const [what, failOver] of [
    ['that is planned', ({ ask }: SentinelGroup) => ask('sentinel', 'failover', 'main')],
    ['of a primary that is killed', ({ primary }: SentinelGroup) => primary.kill()],
  ] as const) {
    it(`${what}: all scripts go on within 10 s, and no job that the next primary has is left`, async () => {
      const { url, servers, primary: replaced } = group();
      const kept = createJobs(url, BEFORE);
      for (const server of servers) {
        while (Number(await server.ask('zcard', 'q:jobs')) < BEFORE) await sleep(50);
      }
      const shops = [
        await serve('9-stock.ts', url, ['/reserve_product/2', '/list_products/2', '/reserve_product/4']),
        await serve('100-seat.ts', url, ['/reserve_seat', '/available_seats', '/process']),
      ];
      const creator = createJobs(url, DURING);
      await creator.waitForLine(/^created/);
      const processors = [1, 2].map(() => Script.task('7-job_processor.ts', url));
      await Promise.all(processors.map((script) => script.waitForLine(/^Sending/)));
      const scripts = [kept, creator, ...processors, ...shops.map(({ script }) => script)];

      const start = performance.now();
      const goOn = start + 10_000;
      await failOver(group());
      await until(() => group().primary !== replaced, 'there is a next primary', goOn);
      const begun = shops.map(({ statuses }) => statuses.length);
      const served = () => shops.every(({ statuses }, n) => statuses.slice(begun[n]).includes(200));
      await until(served, 'both servers serve', goOn);
      const lastOf = ({ lines }: Script) => lines.findLast((line) => line.startsWith('Redis client'));
      const isConnected = (script: Script) => CONNECTED.test(lastOf(script) ?? 'Redis client connected');
      await until(() => scripts.every(isConnected), 'all are connected', goOn);
      const tries = (2 * (performance.now() - start)) / 1000; // two a second

      const { primary } = group();
      const count = async (key: string) => Number(await primary.ask('zcard', key));
      const printed = ({ lines }: Script, what: RegExp) => lines.filter((line) => what.test(line));
      const end = performance.now() + 120_000;
      await until(() => printed(creator, /^created/).length === DURING, 'each job is created', end);
      await until(
        async () => (await count('q:jobs:inactive')) + (await count('q:jobs:active')) === 0,
        'none is left',
        end,
      );
      await until(() => new Set(printed(kept, /^completed/)).size === BEFORE, 'each end is told', end);
      expect(await count('q:jobs')).to.equal((await count('q:jobs:complete')) + (await count('q:jobs:failed')));

      expect(scripts.filter((script) => script.ended)).to.deep.equal([]);
      for (const { statuses } of shops) expect([200, 409, 503]).to.include.members(statuses);
      for (const { lines } of scripts) {
        const others = lines.filter((line) => !OF_JOBS.test(line));
        expect(others).to.have.length.below(tries + 4);
        expect(others.filter((line) => !line.startsWith('Redis client '))).to.deep.equal([]);
      }
    });
  }
});
