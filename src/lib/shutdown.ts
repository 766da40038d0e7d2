// What a process has to finish before it ends.

const LIMIT_MS = 4_500;

const hooks: (() => Promise<unknown>)[] = [];

/**
 * Calls `hook` when the process is told to end, by SIGTERM, Ctrl+C (SIGINT), a closed terminal (SIGHUP) or SIGUSR2
 * (nodemon's own). The process then exits with 0, at the latest after 4.5 s.
 */
export function onShutdown(hook: () => Promise<unknown>): void {
  hooks.push(hook);
  if (hooks.length > 1) return;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, shutDown);
}

let isShuttingDown = false;

async function shutDown(): Promise<void> {
  // Ctrl+C comes twice under nodemon, which passes on what the terminal has sent to all.
  if (isShuttingDown) return;
  isShuttingDown = true;
  setTimeout(() => process.exit(0), LIMIT_MS);
  await Promise.all(hooks.map((hook) => hook()));
  process.exit(0);
}
