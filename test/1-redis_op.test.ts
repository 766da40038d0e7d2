import { itPrintsItsSession } from './support/itPrintsItsSession';

describe('1-redis_op', () => {
  itPrintsItsSession('1-redis_op.ts');
});
