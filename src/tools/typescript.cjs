// TypeScript for ts-node, ready sooner: what V8 has made of the compiler, and the compiler of each file, is kept for the next
// run in node_modules/.cache. A syntax error is shown with its line, and without the compiler's own stack.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, resolve } = require('node:path');
const { stripVTControlCharacters } = require('node:util');
const { Script } = require('node:vm');

const filename = require.resolve('typescript');
const { version } = require('typescript/package.json');
const folder = `compiled-${version}-${process.version}-${process.arch}`;
const cache = resolve(__dirname, '../../node_modules/.cache', folder);
const hash = (content) => createHash('sha1').update(content).digest();

// V8 crashes on code that is damaged, so a hash stands behind each content.
function read(name) {
  try {
    const file = readFileSync(resolve(cache, name));
    const content = file.subarray(0, -20);
    return hash(content).equals(file.subarray(-20)) ? content : undefined;
  } catch {
    return undefined;
  }
}

function keep(name, content) {
  const unfinished = resolve(cache, `${name}.${process.pid}`);
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(unfinished, Buffer.concat([content, hash(content)]));
    renameSync(unfinished, resolve(cache, name)); // in one step: others may be reading
  } catch {} // a folder that is read-only makes it slower, no more
}

const script = new Script(Module.wrap(readFileSync(filename, 'utf8')), { filename, cachedData: read('compiler') });
script.runInThisContext().call(exports, exports, Module.createRequire(filename), module, filename, dirname(filename));
// Once the task has been compiled: only what has run is in the cache.
if (script.cachedDataRejected !== false) setImmediate(() => keep('compiler', script.createCachedData()));

const { formatDiagnosticsWithColorAndContext: format, transpileModule } = module.exports;

function stop(text, [{ file }]) {
  throw Object.assign(new SyntaxError(), { stack: `${text.trimEnd()}\n    at ${file?.fileName}` });
}

// As ts-node's own, but what was compiled before is read.
function create({ service }) {
  const { options: compilerOptions } = service.config;
  return {
    transpile(code, { fileName }) {
      const name = hash(JSON.stringify([code, fileName, compilerOptions])).toString('hex');
      const kept = read(name);
      if (kept) return JSON.parse(kept);
      const output = transpileModule(code, { fileName, compilerOptions, reportDiagnostics: true });
      if (output.diagnostics.length === 0) keep(name, Buffer.from(JSON.stringify(output)));
      return output;
    },
  };
}

// ts-node asks for one of the formats when it can't go on: the second in a terminal.
module.exports = Object.create(module.exports, {
  create: { value: create },
  formatDiagnostics: { value: (found, host) => stop(stripVTControlCharacters(format(found, host)), found) },
  formatDiagnosticsWithColorAndContext: { value: (found, host) => stop(format(found, host), found) },
});

// The course imports './8-job.js', which is 8-job.ts here. TypeScript knows that, Node does not.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const name = /^\..*(?=\.js$)/.exec(request)?.[0];
  const file = name && parent?.filename ? resolve(dirname(parent.filename), `${name}.ts`) : '';
  return existsSync(file) ? file : resolveFilename(request, parent, ...rest);
};
