// For every test: no script outlives it.
import { stopScripts } from '../../src/tools/script';

export const mochaHooks = {
  afterEach: stopScripts,
};
