import { itPrintsItsSession } from './support/itPrintsItsSession';

describe('2-redis_op_async', () => {
  itPrintsItsSession('2-redis_op_async.ts');
});
