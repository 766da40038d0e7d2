// What depends on luck where it is wrong: the order of lines when replies come together, and seats when a server dies.
import { expect } from 'chai';
import { Script } from '../../src/tools/sessions/script';
import { startServer } from '../support/server';
import { session } from '../support/session';
import { until } from '../support/until';
import { KEEPS_ALL, useRedis } from '../support/useRedis';

describe('again and again', () => {
  const redis = useRedis(...KEEPS_ALL);

  it('tasks 3, 8 and 9 print the lines of the course in its order, each of fifteen times', async () => {
    for (let run = 1; run <= 15; run++) {
      await redis().send('flushall');
      await redis().send('set', 'Holberton', 'School');
      const reader = Script.task('2-redis_op_async.ts', redis().url);
      const creator = Script.task('7-job_creator.ts', redis().url);
      await creator.waitForLine('Notification job created: 11');
      const processor = Script.task('7-job_processor.ts', redis().url);
      await creator.waitForLine('Notification job #11 completed');
      await processor.waitForLine(/Sending/, 9);
      await reader.waitForLine('100');
      for (const [file, { lines }] of Object.entries({
        '7-job_creator.ts': creator,
        '7-job_processor.ts': processor,
        '2-redis_op_async.ts': reader,
      })) {
        expect(lines, `run ${run}`).to.deep.equal(session(`npm run dev ${file}`));
      }
      await Promise.all([reader, creator, processor].map((script) => script.stop()));
    }
  });

  it('50 seats are sold, no more and no fewer, when one of two servers is killed while it sells', async () => {
    const [dying, other] = [
      await startServer('100-seat.ts', redis().url),
      await startServer('100-seat.ts', redis().url),
    ];
    for (const { getAll } of [dying, other]) await getAll('/reserve_seat', 35);
    for (const { get } of [dying, other]) await get('/process');
    const ended = async (state: string) => Number(await redis().send('zcard', `q:jobs:reserve_seat:${state}`));
    await until(async () => (await ended('complete')) >= 10);
    await dying.script.stop('SIGKILL');
    await until(async () => (await ended('complete')) + (await ended('failed')) >= 70);
    expect(await ended('complete')).to.equal(50);
    expect((await other.get('/available_seats')).body).to.deep.equal({ numberOfAvailableSeats: '0' });
  });
});
