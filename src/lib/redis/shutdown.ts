// How a process ends: it finishes what it has begun, or says in one line what its user has to do.
const hooks: (() => Promise<unknown>)[] = [];
let isShuttingDown = false; // Ctrl+C comes twice under npm, which passes on what the terminal has sent to all

/**
 * Calls `hook` when the process is told to end: SIGTERM, Ctrl+C (SIGINT), a closed terminal (SIGHUP), SIGUSR2 (nodemon). It then
 * exits with code 0, after 4,500 ms at the latest. If the program itself listens for that signal, nothing is done here.
 */
export function onShutdown(hook: () => Promise<unknown>): void {
  if (hooks.push(hook) > 1) return;
  // Before the other listeners: a listener that was added by `once` is still counted then.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.prependListener(signal, shutDown);
}

async function shutDown(signal: NodeJS.Signals): Promise<void> {
  if (isShuttingDown || process.listenerCount(signal) > 1) return;
  isShuttingDown = true;
  setTimeout(() => process.exit(0), 4500);
  await Promise.allSettled(hooks.map((hook) => hook()));
  process.exit(0);
}

/** Prints `message`, one line of what is wrong and what to do, and ends this process with exit code 1. */
export function exitWith(message: string): never {
  console.error(message);
  process.exit(1);
}
