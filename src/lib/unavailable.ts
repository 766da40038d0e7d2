// Which errors of a command say that Redis is not there, or can't do it at present: it may work when it is tried again.
import { AbortError, ReplyError } from 'redis';

/** What a script of failFast.ts replies that comes too late. */
export const EXPIRED = /^(ERR )?EXPIRED$/;

// Redis 5 and 6 put the error of a command in a script behind their own.
const AT_PRESENT = /^(ERR Error running script .*: -?)?(NOREPLICAS|OOM|MISCONF|BUSY)\b/;

/**
 * Whether a command failed because Redis could not do it in time, or not at present, and not because of what it was, or
 * because its client was closed.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AbortError) return !/already closed/.test(error.message);
  return isReply(error, EXPIRED) || isReply(error, AT_PRESENT);
}

/** Whether `error` is an error reply of Redis that matches `code`. */
export function isReply(error: unknown, code: RegExp): boolean {
  return error instanceof ReplyError && code.test(error.message);
}
