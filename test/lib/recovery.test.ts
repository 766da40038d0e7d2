// What becomes of the jobs of a processor that dies, or stands still for a while.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { readLua } from '../../src/lib/luaScript';
import { Script } from '../../src/tools/sessions/script';
import { notifications, privateJobs, SOAK } from '../support/jobs';

const [JOBS, KILLS, SEEDS] = SOAK ? [300, 20, [1, 2, 3, 4, 5]] : [60, 4, [Date.now() % 1e6]];

/** Numbers from 0 to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807 + 11) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('the recovery of stalled jobs', function () {
  this.timeout(SOAK ? 120_000 : 40_000);
  const { redis, count, create, startProcessor, untilEnded, expectNothingLeft, expectConsistent } = privateJobs();

  for (const seed of SEEDS) {
    it(`ends all of ${JOBS} jobs when processors are killed ${KILLS} times (seed ${seed})`, async () => {
      const random = randomFrom(seed);
      await create('push_notification_code_2', notifications(JOBS));
      for (let kill = 1; kill <= KILLS; kill++) {
        const processor = Script.task('7-job_processor.ts', redis().url);
        const left = (await count('push_notification_code_2', 'inactive')) > 5;
        if (left) await processor.waitForLine(/Sending/, 1 + Math.floor(random() * 5));
        else await sleep(500 + random() * 500);
        await sleep(random() * 3);
        await processor.stop('SIGKILL');
      }
      const last = Script.task('7-job_processor.ts', redis().url);
      await untilEnded('push_notification_code_2', JOBS);
      await expectNothingLeft('push_notification_code_2');
      expect(last.lines.filter((line) => !/^Sending/.test(line))).to.deep.equal([]);
    });
  }

  it('looks at the claims of a processor that was stalled and has died before its next heartbeat', async () => {
    await create('test', ['quick']);
    const keys = ['q:test:claims:gone', 'q:test:jobs', 'q:test:heartbeats'];
    const args = ['test', Date.now(), 'gone', 'gone:test:1', 1, 0, 0, 3];
    await redis().ask('eval', readLua('claim'), keys.length, ...keys, ...args);
    startProcessor();
    await untilEnded('test', 1);
  });

  it('takes no job away from a processor that lives, while it takes those of one that died', async () => {
    const living = startProcessor();
    await create('test', ['hold']);
    await living.waitForLine('began 1');
    const dying = startProcessor();
    await create('test', ['hold', 'hold', 'hold']);
    await living.waitForLine(/^began/, 2);
    await dying.waitForLine(/^began/, 2);
    await dying.stop('SIGKILL');

    const other = startProcessor();
    if (SOAK) await sleep(30_000);
    await other.waitForLine(/^began/, 2);
    expect(other.lines.sort()).to.deep.equal(dying.lines.sort());
    expect(living.lines).to.have.length(2);
    await expectConsistent();
  });

  it("takes no job away from other programs' processors, nor from one whose host is named like the type", async () => {
    await create('test', ['hold', 'hold', 'quick']);
    const others = [[], ['kue:test:17']].map((args) =>
      Script.file('test/support/plainProcessor.ts', redis().url, {}, args),
    );
    for (const other of others) await other.waitForLine(/^began/);
    const ours = startProcessor();
    await ours.waitForLine('began 3');
    await sleep(SOAK ? 30_000 : 9000);
    expect(ours.lines).to.deep.equal(['began 3']);
    expect(await count('test', 'active')).to.equal(2);
    await expectConsistent();
  });
});
