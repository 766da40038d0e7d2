import { expect } from 'chai';
import { session } from '../src/tools/sessions/sessions';
import { courseLines } from './support/itOutlivesRedis';
import { itServesJson } from './support/itServesJson';
import { OUTAGES } from './support/outages';
import { privateRedis } from './support/privateRedis';
import { type Answer, countByStatus, curlSession, type Server, startServer } from './support/server';

describe('100-seat', () => {
  const redis = privateRedis('--appendonly', 'yes', '--appendfsync', 'always');

  async function jobs(state: string): Promise<number> {
    return Number(await redis().ask('zcard', `q:jobs:reserve_seat:${state}`));
  }

  /** How many different lines it has printed that match `wanted`. */
  function countLines(server: Server, wanted: RegExp): number {
    return new Set(server.script.lines.filter((line) => wanted.test(line))).size;
  }

  const getAll = (server: Server, path: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => server.get(path)));

  it('answers the curl calls of its session, in the server terminal too', async () => {
    const server = await startServer('100-seat.ts', redis().url);
    for (const path of ['/available_seats', '/reserve_seat', '/process']) {
      expect(await server.curl(path)).to.equal(curlSession(path));
    }
    await server.script.waitForLine(/completed/);
    expect(await server.curl('/available_seats')).to.equal(curlSession('/available_seats', 2));
    expect(courseLines(server)).to.deep.equal(session('npm run dev 100-seat.ts'));
  });

  it('reserves all seats, one curl after the other, then blocks', async () => {
    const server = await startServer('100-seat.ts', redis().url);
    const [inProcess = '', , , , blocked] = session(
      'for n in {1..50}; do curl localhost:1245/reserve_seat ; echo ""; done',
    );
    await server.curl('/process');
    for (let n = 1; n <= 50; n++) expect(await server.curl('/reserve_seat')).to.equal(inProcess);
    await server.script.waitForLine(/completed/, 50);
    expect(await server.curl('/reserve_seat')).to.equal(blocked);
    expect((await server.get('/reserve_seat')).status).to.equal(409);
    expect(await server.curl('/available_seats')).to.equal('{"numberOfAvailableSeats":"0"}');
  });

  it('sells 50 seats to 70 jobs, processed by five calls at once and more later, at each launch', async () => {
    for (let launch = 1; launch <= 2; launch++) {
      const server = await startServer('100-seat.ts', redis().url);
      expect(countByStatus(await getAll(server, '/reserve_seat', 70))).to.deep.equal({
        '200 Reservation in process': 70,
      });
      const seen: string[] = [];
      const processed = getAll(server, '/process', 5);
      for (let n = 1; n <= 20; n++) {
        seen.push(await server.curl('/available_seats'));
        await server.get('/process');
      }
      await server.script.waitForLine(/completed|failed/, 70);
      expect(countByStatus(await processed)).to.deep.equal({ '200 Queue processing': 5 });
      expect(countLines(server, /^Seat reservation job \d+ completed$/)).to.equal(50);
      expect(countLines(server, /^Seat reservation job \d+ failed: Not enough seats available$/)).to.equal(20);
      expect(await server.curl('/available_seats')).to.equal('{"numberOfAvailableSeats":"0"}');
      expect(countByStatus(await getAll(server, '/reserve_seat', 3))).to.deep.equal({
        '409 Reservation are blocked': 3,
      });
      expect(seen.filter((line) => !/^\{"numberOfAvailableSeats":"([1-4]?\d|50)"\}$/.test(line))).to.deep.equal([]);
      const clients = String(await redis().ask('info', 'clients'));
      expect(clients, 'workers that wait for jobs').to.match(/^blocked_clients:1\r$/m);
      await server.script.stop('SIGKILL');
    }
  });

  itServesJson('100-seat.ts', redis, {
    '/available_seats': undefined,
    '/reserve_seat': 'Reservation failed',
    '/process': undefined,
  });

  it('says on its console why no job can be saved, where that is no outage', async () => {
    await redis().ask('set', 'q:ids', 'text');
    const server = await startServer('100-seat.ts', redis().url);
    expect(countByStatus(await getAll(server, '/reserve_seat', 1))).to.deep.equal({ '503 Reservation failed': 1 });
    await server.script.waitForLine('Queue error: ERR value is not an integer or out of range');
  });

  it('queues nothing later for a request that failed while Redis hung', async () => {
    const server = await startServer('100-seat.ts', redis().url);
    await server.get('/process');
    redis().process.kill('SIGSTOP');
    const answers = await getAll(server, '/reserve_seat', 50);
    expect(countByStatus(answers)).to.deep.equal({ '503 Reservation failed': 50 });
    redis().process.kill('SIGCONT');
    await server.script.waitForLine('Redis client connected to the server', 2);
    expect(await redis().ask('zcard', 'q:jobs')).to.equal(0);
    expect(await server.curl('/available_seats')).to.equal('{"numberOfAvailableSeats":"50"}');
  });

  for (const { outage, begin, end } of OUTAGES) {
    it(`sells each seat once when Redis is ${outage} under load`, async () => {
      const server = await startServer('100-seat.ts', redis().url);
      const answers: Answer[] = [];
      const counted = (status: number) => answers.filter((answer) => answer.status === status).length;
      const until = async (status: number, count: number) => {
        while (counted(status) < count) answers.push(...(await getAll(server, '/reserve_seat', 4)));
      };

      await until(200, 40);
      await server.get('/process');
      await server.script.waitForLine(/completed/, 3);
      const asked = getAll(server, '/reserve_seat', 10);
      await begin(redis());
      answers.push(...(await asked));
      await until(503, 20);
      await end(redis());
      await until(200, 80);
      await server.script.waitForLine(/completed/, 50);
      await until(409, 1);
      await server.script.waitForLine(/completed|failed: Not enough seats available/, counted(200));

      expect(countByStatus(answers)).to.have.all.keys(
        '200 Reservation in process',
        '409 Reservation are blocked',
        '503 Reservation failed',
      );
      expect(Math.max(...answers.map(({ ms }) => ms))).to.be.below(1000);
      expect(await jobs('complete')).to.equal(50);
      expect((await jobs('inactive')) + (await jobs('active'))).to.equal(0);
      expect(await server.curl('/available_seats')).to.equal('{"numberOfAvailableSeats":"0"}');
    });
  }
});
