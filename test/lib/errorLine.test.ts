import { resolve } from 'node:path';
import { expect } from 'chai';
import { errorLine } from '../../src/lib/errorLine';

const source = resolve(__dirname, '../../src');

/** An error whose stack has these frames. */
function thrownIn(...frames: string[]): Error {
  const error = new TypeError('x is not a function');
  error.stack = [`${error}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

describe('lib/errorLine', () => {
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
