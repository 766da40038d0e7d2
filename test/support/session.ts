// What src/README.md shows, for the tests that compare it with what a script prints.
import { sections } from '../../src/tools/sessions/sessions';

/**
 * What src/README.md shows below `$ COMMAND` in that terminal, up to the next command or `^C`. `nth` picks one if the command
 * stands there more than once. Throws if src/README.md has no such session.
 */
export function session(command: string, nth = 1): string[] {
  const steps = sections().flatMap((section) => section.steps);
  const found = steps.flatMap(({ terminal, line }, index) => (line === `$ ${command}` ? [{ terminal, index }] : []));
  const start = found[nth - 1];
  if (!start) throw new Error(`src/README.md shows no ${nth === 1 ? '' : `${nth}. `}session of: ${command}`);
  const after = steps.slice(start.index + 1).filter(({ terminal }) => terminal === start.terminal);
  const end = after.findIndex(({ line }) => line === '^C' || line.startsWith('$ '));
  return after.slice(0, end < 0 ? after.length : end).map(({ line }) => line);
}
