// An error in one line, with its place, and what a learner sees of a mistake in a route.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { errorLine } from '../../../src/lib/redis/errorLine';
import { Script } from '../../../src/tools/sessions/script';
import { useCopy } from '../../support/copy';
import { countAnswers, launchServer } from '../../support/server';
import { useRedis } from '../../support/useRedis';

const root = resolve(__dirname, '../../..');

/** An error whose stack has these frames. */
function thrownIn(...frames: string[]): Error {
  const error = new TypeError('x is not a function');
  error.stack = [`${error}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

describe('lib/redis/errorLine', () => {
  it('says what the error is and the first place of a task that led to it', () => {
    for (const frame of ['takeSeat (FILE:41:7)', 'async takeSeat (FILE:41:7)', 'async FILE:41:7', 'FILE:41:7']) {
      const error = thrownIn(
        'node:events:1:2',
        `read (${root}/src/lib/server/failFast.ts:3:4)`,
        `Layer.handle (${root}/node_modules/router/lib/layer.js:5:6)`,
        frame.replace('FILE', `${root}/src/100-seat.ts`),
        `${root}/src/9-stock.ts:8:9`,
      );
      expect(errorLine(error)).to.equal('TypeError: x is not a function (src/100-seat.ts:41:7)');
    }
  });

  it('is one short line, whatever the message', () => {
    const line = errorLine(new Error(`a\r\n\u001B[31mb ${'c'.repeat(1000)}`));
    expect(line)
      .to.match(/^Error: a \[31mb c+…$/)
      .and.have.length(200);
  });
});

describe('a mistake in a route', () => {
  const redis = useRedis();
  const copy = useCopy();

  it('is answered by 500 and printed in one line with its file and line', async () => {
    const file = join(copy().folder, 'src/9-stock.ts');
    const text = readFileSync(file, 'utf8').replace('response.json(listProducts)', 'response.jsn(listProducts)');
    const line = text.slice(0, text.indexOf('.jsn')).split('\n').length;
    copy().write('src/9-stock.ts', text);
    const server = await launchServer((env) => Script.task(file, redis().url, env));
    expect(countAnswers([await server.get('/list_products')])).to.deep.equal({ '500 Internal server error': 1 });
    await server.script.waitForLine(
      new RegExp(`^GET /list_products: TypeError: .*jsn is not a function \\(src/9-stock\\.ts:${line}:\\d+\\)$`),
    );
  });
});
