// An error in one line, with its place, and what a learner sees of a mistake in a route.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { errorLine } from '../../src/lib/redis/errorLine';
import { freePort } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { privateRedis } from '../support/privateRedis';

const source = resolve(__dirname, '../../src');

/** An error whose stack has these frames. */
function thrownIn(...frames: string[]): Error {
  const error = new TypeError('x is not a function');
  error.stack = [`${error}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

describe('lib/redis/errorLine', () => {
  it('says what the error is and the first place of a task that led to it', () => {
    const error = thrownIn(
      'node:events:1:2',
      `toCount (${source}/lib/failFast.ts:3:4)`,
      `Layer.handle (${resolve(source, '../node_modules/router/lib/layer.js')}:5:6)`,
      `takeSeat (${source}/100-seat.ts:41:7)`,
      `${source}/9-stock.ts:8:9`,
    );
    expect(errorLine(error)).to.equal('TypeError: x is not a function (src/100-seat.ts:41:7)');
  });

  for (const frame of [`async takeSeat (${source}/9-stock.ts:41:7)`, `async ${source}/9-stock.ts:41:7`]) {
    it(`reads the frame "at ${frame.replace(source, 'src')}"`, () => {
      expect(errorLine(thrownIn(frame))).to.equal('TypeError: x is not a function (src/9-stock.ts:41:7)');
    });
  }

  it('says just what the error is where no task led to it', () => {
    expect(errorLine(thrownIn('node:events:1:2'))).to.equal('TypeError: x is not a function');
  });

  it('is one short line, whatever the message', () => {
    const line = errorLine(new Error(`a\r\n\u001B[31mb ${'c'.repeat(1000)}`));
    expect(line)
      .to.match(/^Error: a \[31mb c+…$/)
      .and.have.length(200);
  });

  it('shows what is thrown and no error', () => {
    expect(errorLine({ code: 1 })).to.equal('{ code: 1 }');
    expect(errorLine('no')).to.equal("'no'");
    expect(errorLine(undefined)).to.equal('undefined');
  });
});

describe('a mistake in a server', () => {
  const redis = privateRedis();

  for (const [where, mistake, status] of [
    ['a route', 'response.jsn(listProducts)', 500],
    ['what a route does after its answer', 'response.json(listProducts).jsn()', 200],
  ] as const) {
    it(`is printed with its file and line when it is in ${where}`, async () => {
      const copy = await copyOfProject();
      const task = join(copy, 'src/9-stock.ts');
      const lines = (await readFile(task, 'utf8')).split('\n');
      const line = lines.findIndex((text) => text.includes('response.json(listProducts)'));
      lines[line] = `  ${mistake};`;
      await writeFile(task, lines.join('\n'));

      const port = await freePort();
      const script = Script.file(task, redis().url, { PORT: `${port}` });
      await script.waitForLine(/^Listening/);
      expect((await fetch(`http://127.0.0.1:${port}/list_products`)).status).to.equal(status);
      await script.waitForLine(/^GET \/list_products: /);
      expect(script.lines.at(-1)).to.match(
        new RegExp(`^GET /list_products: TypeError: .*jsn is not a function \\(src/9-stock\\.ts:${line + 1}:\\d+\\)$`),
      );
      await rm(copy, { recursive: true });
    });
  }
});

/** Makes a copy of the project, to be changed, and resolves to its folder. */
async function copyOfProject(): Promise<string> {
  const root = resolve(__dirname, '../..');
  const copy = await mkdtemp(join(tmpdir(), 'course-'));
  for (const part of ['src', 'package.json', 'tsconfig.json']) {
    await cp(join(root, part), join(copy, part), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}
