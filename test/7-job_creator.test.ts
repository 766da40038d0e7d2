import { itPrintsItsSession } from './support/itPrintsItsSession';
import { session } from './support/session';

describe('7-job_creator, while no processor runs', () => {
  const created = session('npm run dev 7-job_creator.ts').slice(0, 11);
  itPrintsItsSession('7-job_creator.ts', created, (line) => line.replace(/\d+/, (id) => `${Number(id) + 11}`));
});
