// For what no event tells.
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves once `isSo` returns true, or resolves to it. It is called every 20 ms, until the test times out. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
