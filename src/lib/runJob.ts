// Runs the function that does a job, such that it can't break its worker.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DoneCallback, Job } from 'kue';
import { errorLine } from './errorLine';
import { isUnavailable } from './unavailable';

const RETRY_MS = 1000;
const LONGEST_MS = 2 ** 31 - 1; // of a timer

/** What `queue.process` is given: it ends the job by `done()`, `done(null, result)`, `done(error)`, or by throwing. */
export type JobFunction = (job: Job, done: DoneCallback) => unknown;

/** How a job has ended. */
export interface Outcome {
  /** Why it has failed; undefined where it is complete. */
  readonly error?: Error;
  /** What `done` was given, in JSON; empty where it has failed. */
  readonly result: string;
}

/**
 * Has `work` do a job. When it throws or rejects, its job fails with that error, which is printed with its file and line; when
 * Redis is away or can't do it at present, it is run again each second, with one line that says why. A job with a time to
 * live (Kue's `ttl`, in ms) fails when it has reported no progress for so long.
 */
export function runJob(job: Job, work: JobFunction): Promise<Outcome> {
  let isEnded = false;
  let done: DoneCallback = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    // Not at once: jobs that were claimed together are all begun before one of them ends.
    done = (error, result) => {
      isEnded = true;
      process.nextTick(resolve, outcomeOf(error, result));
    };
  });
  async function run(times = 1): Promise<void> {
    try {
      await work(job, done);
    } catch (error) {
      if (isUnavailable(error)) {
        if (times === 1) console.error(`Job ${job.id} is run again: ${errorLine(error)}`);
        await sleep(RETRY_MS); // no event tells when that client is connected again
        return isEnded ? undefined : run(times + 1);
      }
      console.error(`Job ${job.id} ${isEnded ? 'has ended, and went on' : 'failed'}: ${errorLine(error)}`);
      done(error || new Error(`The job function rejected with ${error}`));
    }
  }
  const ttl = Number(Reflect.get(job, '_ttl')) || 0;
  if (ttl > 0) {
    const timer = setTimeout(() => done({ message: 'TTL exceeded' }), Math.min(ttl, LONGEST_MS));
    const { progress } = job;
    job.progress = (...args) => {
      timer.refresh();
      return progress.apply(job, args);
    };
    outcome.finally(() => clearTimeout(timer));
  }
  run().catch(done); // what was thrown can't even be looked at
  return outcome;
}

// Text that Redis can keep: half of a character that is cut in two becomes a sign of its own.
const wellFormed = (text: unknown) => Buffer.from(String(text)).toString();

function outcomeOf(error: unknown, result: unknown): Outcome {
  try {
    if (!error) return { result: JSON.stringify(result) ?? 'null' };
    const message = wellFormed(Object(error).message ?? error);
    const stack = wellFormed(Object(error).stack ?? message);
    return { error: { name: 'Error', message, stack }, result: '' };
  } catch {
    return { error: new Error(`The ${error ? 'error' : 'result'} of the job can't be read`), result: '' };
  }
}
