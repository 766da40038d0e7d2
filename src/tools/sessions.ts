// The terminal sessions of src/README.md: what the tests compare with and the tour shows, so that they can't go stale.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * What src/README.md shows below `$ COMMAND`: the lines up to the next command or the end of that block. `nth` picks one where
 * the command stands more than once. Throws when src/README.md has no such session.
 */
export function session(command: string, nth = 1): string[] {
  const lines = readFileSync(resolve(__dirname, '../README.md'), 'utf8').split('\n');
  let start = -1;
  for (let found = 0; found < nth; found++) {
    start = lines.indexOf(`$ ${command}`, start + 1);
    if (start < 0) throw new Error(`src/README.md shows no ${nth === 1 ? '' : `${nth}. `}session of: ${command}`);
  }
  const rest = lines.slice(start + 1);
  return rest.slice(
    0,
    rest.findIndex((line) => line.startsWith('$ ') || line === '```'),
  );
}
