// TypeScript for ts-node, ready sooner: what V8 has made of the compiler, and the compiler of each file, is kept for the next
// run in node_modules/.cache. A syntax error is one line, without the compiler's own stack.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { Script } = require('node:vm');

const filename = require.resolve('typescript');
const { version } = require('typescript/package.json');
const cache = resolve(__dirname, `../../node_modules/.cache/ts-${version}-${process.version}-${process.arch}`);

function read(name, parse = (content) => content) {
  try {
    return parse(readFileSync(join(cache, name)));
  } catch {} // it is not there yet, or damaged
}

function keep(name, content) {
  const unfinished = join(cache, `${name}.${process.pid}`);
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(unfinished, content);
    renameSync(unfinished, join(cache, name)); // in one step: others may be reading
  } catch {} // a folder that is read-only makes it slower, no more
}

const script = new Script(Module.wrap(readFileSync(filename, 'utf8')), { filename, cachedData: read('compiler') });
script.runInThisContext().call(exports, exports, Module.createRequire(filename), module, filename, dirname(filename));
// Once the script has been compiled: only what has run is in the cache.
if (script.cachedDataRejected !== false) setImmediate(() => keep('compiler', script.createCachedData()));

const { formatDiagnostics, transpileModule } = module.exports;
const host = { getCurrentDirectory: process.cwd, getCanonicalFileName: (name) => name, getNewLine: () => '\n' };

// As ts-node's own, but what was compiled before is read.
module.exports.create = ({ service }) => ({
  transpile(code, { fileName }) {
    const { options: compilerOptions } = service.config;
    const name = createHash('sha1')
      .update(JSON.stringify([code, fileName, compilerOptions]))
      .digest('hex');
    const kept = read(name, JSON.parse);
    if (kept) return kept;
    const output = transpileModule(code, { fileName, compilerOptions, reportDiagnostics: true });
    const errors = formatDiagnostics(output.diagnostics, host);
    if (errors) throw Object.assign(new SyntaxError(), { stack: `${errors}    at ${fileName}` });
    keep(name, JSON.stringify(output));
    return output;
  },
});

// The course imports './8-job.js', which is 8-job.ts here. TypeScript knows that, Node does not.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const name = /^\..*(?=\.js$)/.exec(request)?.[0];
  const file = name && parent?.filename ? resolve(dirname(parent.filename), `${name}.ts`) : '';
  return existsSync(file) ? file : resolveFilename(request, parent, ...rest);
};
