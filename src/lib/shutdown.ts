// What a process has to finish before it ends.

const LIMIT_MS = 4_500;

const tasks: (() => Promise<unknown>)[] = [];

/**
 * Has `task` done when the process is told to end, by SIGTERM, Ctrl+C (SIGINT), a closed terminal (SIGHUP) or nodemon
 * (SIGUSR2). The process then exits with 0, at the latest after 4.5 s.
 */
export function onShutdown(task: () => Promise<unknown>): void {
  tasks.push(task);
  if (tasks.length > 1) return;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, shutDown);
}

let shuttingDown = false;

async function shutDown(): Promise<void> {
  // Ctrl+C comes twice under nodemon, which passes on what the terminal has sent to all.
  if (shuttingDown) return;
  shuttingDown = true;
  setTimeout(() => process.exit(0), LIMIT_MS);
  await Promise.all(tasks.map((task) => task()));
  process.exit(0);
}
