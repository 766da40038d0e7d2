// TypeScript for ts-node, ready sooner: what V8 has made of it in one run is kept for the next, in node_modules/.cache.
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname, resolve } = require('node:path');
const { Script } = require('node:vm');

const filename = require.resolve('typescript');
const { version } = require('typescript/package.json');
const kept = resolve(
  __dirname,
  `../../node_modules/.cache/typescript-${version}-node-${process.version}-${process.arch}`,
);

function read() {
  try {
    return readFileSync(kept);
  } catch {
    return undefined;
  }
}

function keep() {
  const unfinished = `${kept}.${process.pid}`;
  try {
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(unfinished, script.createCachedData());
    renameSync(unfinished, kept); // in one step: others may be reading
  } catch {} // a folder that is read-only makes it slower, no more
}

const script = new Script(wrap(readFileSync(filename, 'utf8')), { filename, cachedData: read() });
script
  .runInThisContext()
  .call(module.exports, module.exports, createRequire(filename), module, filename, dirname(filename));
// Once the task has been compiled: only what has run is in the cache.
if (script.cachedDataRejected !== false) setImmediate(keep);
