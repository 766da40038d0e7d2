// What was reported created is done, and its end is told, whatever Redis does meanwhile.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { notifications, privateJobs, SOAK } from '../support/jobs';
import { OUTAGES } from '../support/outages';

describe('jobs while Redis comes and goes', function () {
  this.timeout(SOAK ? 120_000 : 40_000);
  const { redis, untilEnded, expectNothingLeft } = privateJobs();

  for (const { outage, isNoticed, begin, end } of OUTAGES) {
    it(`loses no job that was reported created when Redis is ${outage}, and tells each end`, async () => {
      const jobs = SOAK ? 2000 : 300;
      const options = ['push_notification_code_2', JSON.stringify(notifications(jobs))];
      const processor = Script.task('7-job_processor.ts', redis().url);
      const creator = Script.file('test/support/createJobs.ts', redis().url, {}, options);
      const bothPrint = (line: string | RegExp, times: number) =>
        Promise.all([creator, processor].map((script) => script.waitForLine(line, times)));
      for (const time of [1, 2]) {
        await creator.waitForLine(time === 1 ? /^created/ : /^completed/, time === 1 ? jobs / 6 : jobs / 2);
        await begin(redis());
        if (isNoticed) await bothPrint(/^Redis client not connected/, time);
        else await sleep(1000); // as long as it hangs
        await end(redis());
        // All connections of a script: it would not say that Redis is gone again while one of them still waits for it.
        if (isNoticed) await bothPrint('Redis client connected to the server', time);
      }
      await creator.waitForLine(/^completed/, jobs);
      expect(new Set(creator.lines.filter((line) => line.startsWith('created'))).size).to.equal(jobs);
      expect(new Set(creator.lines.filter((line) => line.startsWith('completed'))).size).to.equal(jobs);
      expect(creator.lines.filter((line) => /^(not created|failed)/.test(line))).to.deep.equal([]);
      await untilEnded('push_notification_code_2', jobs);
      await expectNothingLeft('push_notification_code_2');
      for (const script of [creator, processor]) {
        const others = script.lines.filter((line) => !/^(created|completed|Sending)/.test(line));
        expect(others).to.have.length(isNoticed ? 4 : 0);
      }
    });
  }
});
