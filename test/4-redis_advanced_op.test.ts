import { itPrintsItsSession } from './support/itPrintsItsSession';

describe('4-redis_advanced_op', () => {
  itPrintsItsSession('4-redis_advanced_op.ts');
});
