// Whoever reaches the Redis can put anything there: no field of a job is evaluated, and a malformed job harms no other.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Script } from '../../../src/tools/sessions/script';
import { linesOf, notifications, useJobs } from '../../support/useJobs';

describe('lib/queue/job', () => {
  const { redis, create, write, startCreator, startProcessor, writeJob, expectEnded } = useJobs();

  it('fails a job whose data is wrong in one line that says what and where, and does the others', async () => {
    const list = ['null', '"text"', '[]', '{"phoneNumber":"1"}', '{"phoneNumber":1,"message":"hello"}'];
    const creator = startCreator('push_notification_code_2', notifications(list.length + 2));
    await creator.waitForLine(/^created/, list.length + 2);
    for (const [n, data] of list.entries()) await writeJob(n + 1, 'data', data);
    await writeJob(list.length + 1, 'data', '{broken');
    const processor = Script.task('7-job_processor.ts', redis().url);
    await creator.waitForLine(/^(complete|failed)/, list.length + 2);
    const failed = linesOf([creator], /^failed/).map((line) => JSON.parse(line.slice('failed N '.length)));
    expect(failed.slice(0, -1)).to.deep.equal(
      list.map((data) => `Job data must be { phoneNumber: string, message: string }, not ${data}`),
    );
    const place = /^Job \d failed: Error: Job data must be .* \(src\/7-job_processor\.ts:\d+:\d+\)$/;
    await processor.waitForLine(place, list.length);
    await processor.waitForLine(/^Sending/);
    await expectEnded(1, list.length + 1);
  });

  it('evaluates no field of a job', async () => {
    const file = join(tmpdir(), `queuing-ran-${process.pid}`);
    const creator = await create(['fail', 'fail'], { attempts: 2 });
    const code = `(require("fs").writeFileSync(${JSON.stringify(file)}, ""), { type: "fixed", delay: 1 })`;
    await writeJob(1, 'backoff', code);
    await writeJob(2, 'backoff', JSON.stringify(`function () { ${code} }`));
    startProcessor();
    await creator.waitForLine(/^failed \d/, 2);
    expect(existsSync(file)).to.equal(false);
    await expectEnded(0, 2);
  });

  it('ends a job once whose numbers are none', async () => {
    const fields = ['attempts', 'max_attempts', 'priority', 'ttl', 'delay'];
    const creator = await create([...fields.map(() => 'fail'), 'quick']);
    for (const [n, field] of fields.entries()) await writeJob(n + 1, field, 'nan');
    const processor = startProcessor();
    await creator.waitForLine(/^(complete|failed) \d/, fields.length + 1);
    await expectEnded(1, fields.length);
    await processor.waitForLine(/^began/, fields.length + 1);
    expect(processor.lines).to.have.length(fields.length + 1);
  });

  it('passes over jobs that were deleted by hand while they waited or were done', async () => {
    await write([{ wait: 500 }, 'quick', 'quick', 'quick']);
    await redis().send('del', 'q:job:2', 'q:job:3');
    const processor = startProcessor();
    await processor.waitForLine('began 1');
    await redis().send('del', 'q:job:1');
    await processor.waitForLine('began 4');
    await write(['quick', 'quick', 'quick']);
    for (const id of [5, 6, 7]) await processor.waitForLine(`began ${id}`);
    expect(processor.lines).to.have.length(5);
  });

  it('says so, pauses, and then goes on, when a key of another type stands in the way', async () => {
    await redis().send('set', 'q:jobs:test:inactive', 'text');
    const processor = startProcessor();
    await processor.waitForLine(/WRONGTYPE/);
    const start = performance.now();
    await processor.waitForLine(/WRONGTYPE/, 5); // each of its two workers says it once a second
    expect(performance.now() - start).to.be.above(1000);
    await redis().send('del', 'q:jobs:test:inactive');
    await write(['quick']);
    await expectEnded(1);
  });
});
