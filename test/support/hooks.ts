// For every test: no script outlives it, nor an interrupted run, and a failure shows what its scripts have printed.
import { basename } from 'node:path';
import { type Script, scripts } from '../../src/tools/sessions/script';

let kept: readonly Script[] = []; // begun before this test: they belong to its file, which ends them itself

function show({ lines, process: { spawnargs } }: Script): string {
  const title = spawnargs.slice(1).map((argument) => basename(argument).slice(0, 40));
  return [`--- ${title.join(' ')} printed:`, ...lines.slice(-30)].join('\n');
}

export const mochaHooks = {
  beforeEach() {
    kept = scripts.filter(({ ended }) => !ended);
  },
  async afterEach(this: Mocha.Context) {
    const own = scripts.splice(0).filter((script) => !kept.includes(script));
    scripts.push(...kept);
    const error = this.currentTest?.err;
    if (error) error.stack = [error.stack, ...[...kept, ...own].map(show)].join('\n');
    await Promise.all(own.map((script) => script.stop('SIGKILL')));
  },
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
