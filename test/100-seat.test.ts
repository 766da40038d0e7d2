import { expect } from 'chai';
import { Script } from '../src/tools/script';
import { session } from '../src/tools/sessions';
import { privateRedis } from './support/privateRedis';
import { curlSession, startServer } from './support/server';

describe('100-seat', () => {
  const redis = privateRedis();

  it('answers the curl calls of its session, in the server terminal too', async () => {
    const server = await startServer('100-seat.ts', redis().url);
    for (const path of ['/available_seats', '/reserve_seat', '/process']) {
      expect(await server.curl(path)).to.equal(curlSession(path));
    }
    await server.script.printed(/completed/);
    expect(await server.curl('/available_seats')).to.equal(curlSession('/available_seats', 2));
    expect(server.script.lines).to.deep.equal(session('npm run dev 100-seat.ts'));
  });

  it('reserves all seats, then blocks', async () => {
    const server = await startServer('100-seat.ts', redis().url);
    const loop = 'for n in {1..50}; do curl localhost:1245/reserve_seat ; echo ""; done';
    const [inProcess, , , , blocked] = session(loop);
    await server.curl('/process');
    const shell = new Script(['bash', '-c', loop.replace('curl', 'curl -s').replace('1245', `${server.port}`)], {});
    await shell.exit();
    await server.script.printed(/completed/, 50);
    expect(shell.lines).to.deep.equal(Array(50).fill(inProcess));
    expect(await server.curl('/reserve_seat')).to.equal(blocked);
    expect(await server.curl('/available_seats')).to.equal('{"numberOfAvailableSeats":"0"}');
  });
});
