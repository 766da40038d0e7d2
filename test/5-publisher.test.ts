import { itPrintsItsSession } from './support/itPrintsItsSession';

describe('5-publisher', () => {
  itPrintsItsSession('5-publisher.ts');
});
