// An error in one line, for the terminal: what it is, and where in a task it was made, or by which command of Redis.
import { basename, resolve, sep } from 'node:path';
import { inspect } from 'node:util';

const source = resolve(__dirname, '../..');

/**
 * What `error` says, cut to 200 characters, and the first place in a task that its stack names, if any:
 * `TypeError: x is not a function (src/9-stock.ts:41:7)`. An error reply of Redis has the command in that place: `(GET)`.
 */
export function errorLine(error: unknown): string {
  try {
    const text = (error instanceof Error ? String(error) : inspect(error)).replace(/[\s\p{Cc}]+/gu, ' ');
    const short = text.length > 200 ? `${text.slice(0, 199)}…` : text;
    const { stack, command } = fieldsOf(error);
    const frames: string[] = `${stack}`.match(/^ +at .*/gm) ?? [];
    const files = frames.flatMap((frame) => frame.split(source + sep)[1] ?? []);
    const place = files.find((file) => !/^(lib|node_modules)\b/.test(file))?.replace(/\)$/, '');
    const where = place ? `${basename(source)}/${place}` : command;
    return typeof where === 'string' ? `${short} (${where})` : short;
  } catch {
    return "An error that can't be read"; // a property of it throws
  }
}

/** The properties of `value`, which may be anything: each has to be checked. */
export const fieldsOf = (value: unknown): { readonly [field: string]: unknown } => Object(value);
