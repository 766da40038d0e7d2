// An error in one line, with its place, and what a learner sees of a mistake in a route.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { errorLine } from '../../../src/lib/redis/errorLine';
import { Script } from '../../../src/tools/sessions/script';
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

  it('says just what the error is when no task led to it', () => {
    expect(errorLine(thrownIn('node:events:1:2'))).to.equal('TypeError: x is not a function');
  });

  it('is one short line, whatever the message', () => {
    const line = errorLine(new Error(`a\r\n\u001B[31mb ${'c'.repeat(1000)}`));
    expect(line)
      .to.match(/^Error: a \[31mb c+…$/)
      .and.have.length(200);
  });

  it('shows what is thrown and is no error', () => {
    expect(errorLine({ code: 1 })).to.equal('{ code: 1 }');
    expect(errorLine('no')).to.equal("'no'");
    expect(errorLine(undefined)).to.equal('undefined');
  });
});

describe('a mistake in a route', () => {
  const redis = useRedis();
  let copy: string;
  before(async () => {
    copy = await mkdtemp(join(tmpdir(), 'queuing-mistake-'));
    for (const part of ['src', 'tsconfig.json']) await cp(join(root, part), join(copy, part), { recursive: true });
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  after(() => rm(copy, { recursive: true }));

  it('is answered by 500 and printed in one line with its file and line', async () => {
    const file = join(copy, 'src/9-stock.ts');
    const lines = (await readFile(file, 'utf8')).split('\n');
    const line = lines.findIndex((text) => text.includes('response.json(listProducts)'));
    lines[line] = '  response.jsn(listProducts);';
    await writeFile(file, lines.join('\n'));
    const server = await launchServer((env) => Script.task(file, redis().url, env));
    expect(countAnswers([await server.get('/list_products')])).to.deep.equal({ '500 Internal server error': 1 });
    await server.script.waitForLine(/^GET \/list_products: /);
    expect(server.script.lines.at(-1)).to.match(
      new RegExp(`^GET /list_products: TypeError: .*jsn is not a function \\(src/9-stock\\.ts:${line + 1}:\\d+\\)$`),
    );
  });
});
