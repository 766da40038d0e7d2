import { itPrintsItsSession } from './support/itPrintsItsSession';
import { session } from './support/session';

describe('6-job_creator', () => {
  itPrintsItsSession('6-job_creator.ts', session('npm run dev 6-job_creator.ts'), (line) => line.replace('1', '2'));
});
