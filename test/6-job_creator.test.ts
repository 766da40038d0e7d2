import { session } from '../src/tools/sessions/sessions';
import { itPrintsItsSession } from './support/itPrintsItsSession';

describe('6-job_creator', () => {
  itPrintsItsSession('6-job_creator.ts', session('npm run dev 6-job_creator.ts'), (line) => line.replace('1', '2'));
});
