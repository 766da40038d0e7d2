// How a script ends when its user has to do something first.

/** Says `message`, one line of what is wrong and what to do, and ends this process with exit code 1. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
