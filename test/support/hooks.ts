// For every test: no script outlives it, nor the run, should that be interrupted.
import { stopScripts } from '../../src/tools/sessions/script';

export const mochaHooks = {
  afterEach: stopScripts,
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
