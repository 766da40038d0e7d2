// What is tested of both servers while Redis is away: an answer in time, and all as before when it is back.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { PrivateRedis } from './privateRedis';
import { launchServer, type Server, startServer } from './server';

const UNAVAILABLE = { status: 503, body: { status: 'Service unavailable' } };

/** What `server` has printed beside the line that says where it listens, which the course does not show. */
export function courseLines(server: Server): string[] {
  return server.script.lines.filter((line) => !line.startsWith('Listening on '));
}

/** Tests the server `file`, with `needRedis` as `itServesJson` has it. */
export function itOutlivesRedis(
  file: string,
  redis: () => PrivateRedis,
  needRedis: Record<string, string | undefined>,
): void {
  const [aRoute = ''] = Object.keys(needRedis);

  for (const [gone, signal] of Object.entries({ 'is killed': 'SIGKILL', hangs: 'SIGSTOP' } as const)) {
    it(`answers 503 within a second when Redis ${gone}, and goes on when it is back`, async () => {
      const server = await startServer(file, redis().url);
      if (signal === 'SIGKILL') await redis().kill();
      else redis().process.kill(signal);
      const tries = () => server.script.lines.filter((line) => line.includes('not connected')).length;
      while (tries() < 3) {
        for (const [path, status503] of Object.entries(needRedis)) {
          const { status, body, ms } = await server.get(path);
          expect({ status, body }, path).to.deep.equal(
            status503 ? { status: 503, body: { status: status503 } } : UNAVAILABLE,
          );
          expect(ms, path).to.be.below(1000);
        }
        await sleep(50); // at all moments between two tries
      }
      if (signal === 'SIGKILL') await redis().start();
      else redis().process.kill('SIGCONT');
      await server.script.waitForLine('Redis client connected to the server', 2);
      for (const path of Object.keys(needRedis)) expect((await server.get(path)).status, path).to.equal(200);
    });
  }

  it('starts without Redis, says so, and becomes ready when Redis does', async () => {
    await redis().kill();
    const server = await launchServer(file, redis().url);
    expect(courseLines(server)[0]).to.equal(
      `Redis client not connected to the server: Error: Redis connection to 127.0.0.1:${redis().port} failed - connect ECONNREFUSED 127.0.0.1:${redis().port}`,
    );
    expect((await server.get(aRoute)).status).to.equal(503);
    await redis().start();
    await server.script.waitForLine('Redis client connected to the server');
    expect((await server.get(aRoute)).status).to.equal(200);
  });
}
