// An error in one line, for the terminal: what it is, and where in a task it was made, or by which command of Redis.
import { basename, dirname, sep } from 'node:path';
import { inspect } from 'node:util';
import { ReplyError } from 'redis';

const MAX_LENGTH = 200;
const source = dirname(__dirname);

/**
 * What `error` says, cut to 200 characters, and the place in a task that its stack leads to first, if any:
 * `TypeError: x is not a function (src/9-stock.ts:41:7)`. An error reply of Redis has the command in its place: `(GET)`.
 */
export function errorLine(error: unknown): string {
  try {
    const text = (error instanceof Error ? String(error) : inspect(error)).replace(/[\s\p{Cc}]+/gu, ' ');
    const short = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
    const frames = (error instanceof Error && `${error.stack}`.match(/^ +at .*/gm)) || [];
    for (const frame of frames) {
      const [, file] = frame.split(source + sep);
      if (file && !/^(lib|node_modules)\b/.test(file))
        return `${short} (${basename(source)}/${file.replace(/\)$/, '')})`;
    }
    return error instanceof ReplyError && error.command ? `${short} (${error.command})` : short;
  } catch {
    return "An error that can't be read";
  }
}
