// TypeScript for ts-node, ready sooner: what V8 has made of it in one run is kept for the next, in node_modules/.cache.
// A syntax error is shown with its line, and without the compiler's own stack.
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname, resolve } = require('node:path');
const { stripVTControlCharacters } = require('node:util');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

const filename = require.resolve('typescript');
const { version } = require('typescript/package.json');
const kept = resolve(__dirname, `../../node_modules/.cache/typescript-${version}-${process.version}-${process.arch}`);

// V8 does not notice when its code is damaged, and crashes.
const checksum = (code) => Buffer.from(crc32(code).toString(16).padStart(8, '0'));

function read() {
  try {
    const file = readFileSync(kept);
    const code = file.subarray(0, -8);
    return checksum(code).equals(file.subarray(-8)) ? code : undefined;
  } catch {
    return undefined;
  }
}

function keep() {
  const unfinished = `${kept}.${process.pid}`;
  const code = script.createCachedData();
  try {
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(unfinished, Buffer.concat([code, checksum(code)]));
    renameSync(unfinished, kept); // in one step: others may be reading
  } catch {} // a folder that is read-only makes it slower, no more
}

const script = new Script(wrap(readFileSync(filename, 'utf8')), { filename, cachedData: read() });
script.runInThisContext().call(exports, exports, createRequire(filename), module, filename, dirname(filename));
// Once the task has been compiled: only what has run is in the cache.
if (script.cachedDataRejected !== false) setImmediate(keep);

const { formatDiagnosticsWithColorAndContext: format } = module.exports;
function stop(text, [{ file }]) {
  throw Object.assign(new SyntaxError(), { stack: `${text.trimEnd()}\n    at ${file?.fileName}` });
}
// ts-node asks for one of these when it can't go on: the second in a terminal.
module.exports = Object.create(module.exports, {
  formatDiagnostics: { value: (found, host) => stop(stripVTControlCharacters(format(found, host)), found) },
  formatDiagnosticsWithColorAndContext: { value: (found, host) => stop(format(found, host), found) },
});
