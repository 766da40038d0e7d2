import { itPrintsItsSession } from './support/itPrintsItsSession';
import { session } from './support/session';

describe('8-job-main', () => {
  itPrintsItsSession('8-job-main.ts', session('npm run dev 8-job-main.ts'), (line) => line.replace('1', '2'));
});
