// What a creator hears of its jobs.
import { expect } from 'chai';
import { freePort } from '../../../src/tools/sessions/redisServer';
import { Script } from '../../../src/tools/sessions/script';
import { useProxy } from '../../support/proxy';
import { linesOf, useJobs } from '../../support/useJobs';

describe('lib/queue/events', () => {
  const { redis, create, startProcessor, expectEnded } = useJobs();
  const proxy = useProxy(redis);

  it('emits ends that came while the creator was not connected, once, and why a job has failed', async () => {
    const list = ['quick', 'fail', 'throw', { result: 7 }];
    const creator = Script.task('../test/support/creator.ts', proxy().url, {}, ['test', JSON.stringify(list)]);
    await creator.waitForLine(/^created/, list.length);
    proxy().target = await freePort();
    proxy().disconnect();
    await creator.waitForLine(/^Redis client not connected/);
    startProcessor();
    await expectEnded(2, 2);
    proxy().target = redis().port;
    const lines = ['complete 1', 'complete 4 7', 'failed 2 "no answer"', 'failed 3 "thrown"'];
    for (const line of lines) await creator.waitForLine(line);
    expect(linesOf([creator], /^(complete|failed)/)).to.deep.equal(lines);
  });

  it('emits no end of a job before it calls back that the job is created', async () => {
    proxy().delayReply = (bytes) => (/^:1\r\n$/.test(`${bytes}`) ? 1000 : 0); // the id of the new job
    const creator = Script.task('../test/support/creator.ts', proxy().url, {}, ['test', '["quick"]']);
    startProcessor();
    await creator.waitForLine('complete 1');
    expect(creator.lines).to.deep.equal(['created 1', 'complete 1']);
  });

  it("ignores what is no event on Kue's channel, in processors and in creators", async () => {
    const processor = startProcessor();
    const creator = await create(['quick', 'hold', 'quick']);
    await creator.waitForLine('complete 3');
    const events = [
      ...[
        'x',
        'null',
        '7',
        '[]',
        '{"id":2}',
        '{"id":2,"event":"complete","args":"x"}',
        '{"id":{},"event":"x","args":[]}',
      ],
      '{"id":"constructor","event":"complete","args":["complete"]}',
      '{"id":"__proto__","event":"complete","args":["complete"]}',
    ];
    for (const text of events) expect(await redis().send('publish', 'q:events', text)).to.equal(2);
    await (await create(['quick'])).waitForLine('complete 4');
    expect([processor.ended, creator.ended]).to.deep.equal([false, false]);
    expect(linesOf([creator, processor], /^(?!created|complete [13]$|began)/)).to.deep.equal([]);
  });
});
