// Runs the function that does a job, such that no error of it can end its worker.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DoneCallback, Job } from 'kue';
import { errorLine, fieldsOf } from '../redis/errorLine';
import { isUnavailable } from '../redis/luaScript';
import type { readJob } from './job';

/** What `queue.process` is given: it ends the job by `done()`, `done(null, result)`, `done(error)`, or by throwing. */
export type JobHandler = (job: Job, done: DoneCallback) => unknown;

/**
 * Has `handler` do a job. Resolves to its result in JSON, or '' if it has failed, then the error message and the stack. If
 * `handler` throws, the job fails with that error, which is printed with its file and line; if Redis is away or can't do it at
 * present, `handler` is run again each second. A job fails when it has reported no progress for its `ttl` (ms).
 */
export function runJob(job: ReturnType<typeof readJob>, handler: JobHandler): Promise<string[]> {
  return new Promise((resolve) => {
    let isEnded = false;
    function done(error?: unknown, result?: unknown): void {
      isEnded = true;
      clearTimeout(timer);
      // Not at once: jobs that were claimed together are all begun before one of them ends.
      process.nextTick(resolve, outcomeOf(error, result));
    }
    const timer = job._ttl ? setTimeout(done, Math.min(job._ttl, 2 ** 31 - 1), 'TTL exceeded').unref() : undefined;
    Object.assign(job, { refreshTtl: () => timer?.refresh() }); // Kue's own would move an ended job to the active ones

    async function run(isRetry: boolean): Promise<void> {
      try {
        await handler(job, done);
      } catch (error) {
        if (!isUnavailable(error)) {
          console.error(`Job ${job.id} ${isEnded ? 'has ended, and went on' : 'failed'}: ${errorLine(error)}`);
          return done(error || new Error(`The job function rejected with ${error}`));
        }
        if (!isRetry) console.error(`Job ${job.id} is run again: ${errorLine(error)}`);
        await sleep(1000); // there is no event for when that client is connected again
        if (!isEnded) return run(true);
      }
    }
    run(false);
  });
}

function outcomeOf(error: unknown, result: unknown): string[] {
  try {
    const { message = error, stack = message } = fieldsOf(error);
    return error ? ['', `${message}`, `${stack}`] : [JSON.stringify(result) ?? 'null', '', ''];
  } catch {
    return ['', "The error or the result of the job can't be read", '']; // a property of it throws
  }
}
