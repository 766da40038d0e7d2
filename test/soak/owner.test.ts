// A processor that stood still is alive, but its job is another's by now: nothing that it does with it counts.
import { expect } from 'chai';
import { linesOf, useJobs } from '../support/useJobs';

describe('a processor that stood still', () => {
  const { create, startProcessor, expectEnded } = useJobs();

  for (const [when, ended] of [
    ['another is doing', 0],
    ['another has done', 1],
  ] as const) {
    for (const end of ['fails', 'completes']) {
      it(`changes nothing when it ${end} a job that ${when}`, async () => {
        const creator = await create([{ wait: 3000, failsAt: end === 'fails' ? 'late' : '' }], { attempts: 2 });
        const late = startProcessor({ NAME: 'late' });
        await late.waitForLine('began 1');
        late.signal('SIGSTOP');
        const next = startProcessor();
        await next.waitForLine('began 1');
        if (ended) await creator.waitForLine(/^complete/);
        late.signal('SIGCONT');
        expect(await late.stop('SIGTERM')).to.equal(0); // it ends its job before it ends
        await creator.waitForLine('complete 1');
        await expectEnded(1);
        expect(creator.lines).to.deep.equal(['created 1', 'complete 1']);
        expect(linesOf([late, next], /./)).to.deep.equal(['began 1', 'began 1']);
      });
    }
  }
});
