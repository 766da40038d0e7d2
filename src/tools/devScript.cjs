// What npm run dev loads into the script that it runs: TypeScript, and an end with nodemon, however nodemon ends.
require('ts-node').register();

const WAIT_MS = 100; // a signal that is sent to all processes reaches them one after the other
const LIMIT_MS = 10_000;

// A handler that was set by process.once needs its time, and a second signal would cut it off.
let isEnding = false;
const { emit } = process;
process.emit = function (name, ...args) {
  isEnding ||= ['SIGINT', 'SIGTERM', 'SIGHUP'].includes(name);
  return emit.call(this, name, ...args);
};

process.on('disconnect', () => {
  setTimeout(() => isEnding || process.kill(process.pid, 'SIGTERM'), WAIT_MS);
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LIMIT_MS).unref();
});
process.channel.unref(); // a script that has done its work ends
