// A job that a worker has claimed: what the worker says of it counts while it owns the job, whatever a job function does to it.
import type { Job } from 'kue';
import { readJob, zidOf } from './job';
import type { LuaScript } from './luaScript';

/** What end.lua has to know of a job that was claimed. */
export interface Claim {
  readonly worker: string;
  /** Which of the claims of its worker it is, from 1 on. Kue's `workerId` holds both: `WORKER:NUMBER`. */
  readonly number: number;
  readonly zid: string;
  /** How many ms it waits for its next attempt, should it fail. */
  readonly delay: number;
}

/**
 * The job in a reply of claim.lua, and its claim, apart from it: a job function may change its job. `stalls` is how often a
 * processor has died of it, or while it did it.
 */
export function readClaim(worker: string, number: number, reply: unknown): { job: Job; claim: Claim; stalls: number } {
  const [id, fields] = JSON.parse(String(reply));
  const hash: Record<string, string> = {};
  for (let n = 0; n < fields.length; n += 2) hash[fields[n]] = fields[n + 1];
  const job = readJob(Number(id), hash);
  const delay = backoffMs(job, (Number(hash.attempts) || 0) + 1);
  return { job, claim: { worker, number, zid: zidOf(id), delay }, stalls: Number(hash.stalls) || 0 };
}

/** Replaces Kue's `job.progress` by the script `progress`: it has no effect when the claim does not own the job any more. */
export function overrideProgress(job: Job, { worker, number, zid }: Claim, progress: LuaScript): void {
  job.progress = (complete, total, data) => {
    if (complete === undefined) return Reflect.get(job, '_progress'); // as Kue's own, without arguments
    const percentage = Math.min(100, ((complete * 100) / total) | 0);
    const args = [job.type, Date.now(), worker, number, zid, percentage, JSON.stringify(data) ?? 'null'];
    progress([], args).catch(() => {}); // as in Kue, nobody waits for it
    return job;
  };
}

/** Number() throws for some objects. */
const numberIn = (value: unknown) => (typeof value === 'object' ? 0 : Number(value) || 0);

/** How many ms a job that failed waits for its next attempt, the `attempt`th having failed (Kue's `job.backoff`). */
function backoffMs(job: Job, attempt: number): number {
  const backoff: unknown = Reflect.get(job, '_backoff');
  if (!backoff) return 0;
  const { type, delay, maxDelay } = Object(backoff);
  const ms = numberIn(delay) || numberIn(Reflect.get(job, '_delay'));
  if (type !== 'exponential') return ms;
  return Math.round(Math.min((numberIn(maxDelay) || Number.POSITIVE_INFINITY) - ms / 2, (ms / 2) * (2 ** attempt - 1)));
}
