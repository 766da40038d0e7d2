// npm run dev FILE [ARGUMENT ...]: runs a script of src under nodemon, which runs it again when it or what it imports is saved.
const childProcess = require('node:child_process');
const { readdirSync, readFileSync, statSync } = require('node:fs');
const { constants } = require('node:os');
const { basename, dirname, join, relative, resolve } = require('node:path');

const LIMIT_MS = 10_000; // a script has this long to end; ours end within 4.5 s
const source = resolve(__dirname, '..');
const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile();

const [, , name = '', ...rest] = process.argv;
const path = [join(source, name), resolve(name)].find(isFile);
if (!path) {
  const tasks = readdirSync(source).filter((task) => /^\d.*\.ts$/.test(task));
  const likely = tasks.filter((task) => task.includes(basename(name, '.ts')));
  console.error(`No script "${name}". There are: ${(likely.length > 0 ? likely : tasks).join(' ')}`);
  process.exit(1);
}

/** Adds to `files` where `file` and all that it imports may be, also through other files. */
function addImports(file, files = new Set()) {
  if (files.has(file) || !isFile(file)) return files.add(file);
  files.add(file);
  for (const [, from] of readFileSync(file, 'utf8').matchAll(/['"](\.\.?\/[^'"\n]+)['"]/g)) {
    const imported = resolve(dirname(file), from);
    const stem = imported.replace(/\.js$/, '');
    for (const place of [imported, `${stem}.ts`, `${stem}/index.ts`]) addImports(place, files);
  }
  return files;
}

// nodemon starts the script with a channel to it. It then ends it by several signals, but a handler for the first may need some
// time: send one. SIGCONT, its own signal here, does nothing. So it does not take a script that a SIGTERM has ended for one that
// it has to start again.
let script;
const { fork } = childProcess;
childProcess.fork = (file, args, options) => {
  const started = fork(file, args, { ...options, execArgv: ['--require', join(__dirname, 'devScript.cjs')] });
  const { kill } = started;
  started.kill = () => {
    started.kill = () => {};
    setTimeout(() => kill.call(started, 'SIGKILL'), LIMIT_MS).unref();
    return kill.call(started, 'SIGTERM');
  };
  script = started;
  return started;
};

process.chdir(source);
const options = ['--signal', 'SIGCONT', '--watch', '.', '--ext', 'ts,lua', '--exec', 'node'];
process.argv = [...process.argv.slice(0, 2), ...options, relative(source, path), '--', ...rest];
require('nodemon/bin/nodemon.js');
const nodemon = require('nodemon');
nodemon.on('start', () => {
  nodemon.config.options.monitor = [...addImports(path), join(source, 'lib/**/*.lua')];
});

// The script most likely has the same signal. If it has not, it ends as its channel is closed.
function quit(signal) {
  const exit = () => process.exit(128 + constants.signals[signal]);
  if (!script || script.exitCode !== null || script.signalCode !== null) exit();
  script.removeAllListeners('exit').once('exit', exit);
  if (script.connected) script.disconnect();
  setTimeout(() => process.kill(script.pid, 'SIGKILL'), LIMIT_MS);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal).on(signal, quit);
