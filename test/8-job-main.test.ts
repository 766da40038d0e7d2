import { session } from '../src/tools/sessions/sessions';
import { itPrintsItsSession } from './support/itPrintsItsSession';

describe('8-job-main', () => {
  itPrintsItsSession('8-job-main.ts', session('npm run dev 8-job-main.ts'), (line) => line.replace('1', '2'));
});
