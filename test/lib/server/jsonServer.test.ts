// How a server starts and ends, and whom it serves.
import { expect } from 'chai';
import { Script } from '../../../src/tools/sessions/script';
import { CONNECTED, countAnswers, courseLines, startServer, useServer } from '../../support/server';
import { useRedis } from '../../support/useRedis';

const ROUTE = '/list_products/1';

describe('lib/server/jsonServer', () => {
  const redis = useRedis();
  const server = useServer('9-stock.ts', redis);

  it('listens on 127.0.0.1 only', async () => {
    for (const host of ['127.0.0.2', '::1']) {
      const code = await server()
        .get(ROUTE, { host, agent: false })
        .catch((error) => error.code);
      expect(code, host).to.be.oneOf(['ECONNREFUSED', 'EADDRNOTAVAIL', 'ENETUNREACH']);
    }
  });

  it('says in one line that its port is taken, exit 1', async () => {
    const second = Script.task('100-seat.ts', redis().url, { PORT: `${server().port}` });
    expect(await second.exit()).to.equal(1);
    const [line, ...others] = second.lines.filter((text) => text !== CONNECTED);
    expect(line).to.match(new RegExp(`^Port ${server().port} can't be used \\(EADDRINUSE\\): .*PORT=\\d+`));
    expect(others).to.deep.equal([]);
  });

  it('says in one line that PORT is no port, exit 1', async () => {
    for (const PORT of ['1245a', '65536', '0']) {
      const script = Script.task('9-stock.ts', redis().url, { PORT });
      expect(await script.exit()).to.equal(1);
      expect(script.lines).to.deep.equal([`PORT must be a whole number from 1 to 65535, and is "${PORT}"`]);
    }
  });

  for (const [file, signal] of [
    ['9-stock.ts', 'SIGTERM'],
    ['100-seat.ts', 'SIGINT'],
  ] as const) {
    it(`answers the requests to ${file} that are open at ${signal}, then exits with 0`, async () => {
      const ending = await startServer(file, redis().url);
      await ending.get('/unknown'); // leaves an idle connection open
      redis().hang();
      const pending = ending.getAll(file === '9-stock.ts' ? ROUTE : '/available_seats', 3);
      await ending.get('/unknown'); // answered after the requests before it were begun
      const exit = ending.script.stop(signal);
      expect(countAnswers(await pending)).to.deep.equal({ '503 Service unavailable': 3 });
      expect(await exit).to.equal(0);
      expect(courseLines(ending).filter((line) => !line.startsWith('Redis client'))).to.deep.equal([]);
    });
  }
});
