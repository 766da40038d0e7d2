// Which errors of a command say that Redis is not there, or can't do it at present: it may work when it is tried again.
import { AbortError, ReplyError } from 'redis';

/** Whether a command failed because Redis could not do it in time, or not at present, and not because of what it was. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof AbortError || isReply(error, /\b(EXPIRED|NOREPLICAS|OOM|MISCONF|BUSY)\b/);
}

/** Whether `error` is an error reply of Redis that matches `code`. */
export function isReply(error: unknown, code: RegExp): boolean {
  return error instanceof ReplyError && code.test(error.message);
}
