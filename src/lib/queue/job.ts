// A job as Redis holds it: how it is saved, and how it is read. No field of it is ever evaluated, as Kue would do.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import kue, { type Job } from 'kue';
import { fieldsOf } from '../redis/errorLine';
import type { LuaScript } from '../redis/luaScript';

/** The text of `scripts/NAME.lua`, behind what all of these Lua scripts share. */
export function readLua(name: string): string {
  return ['prelude', name].map((file) => readFileSync(join(__dirname, 'scripts', `${file}.lua`), 'utf8')).join('');
}

/** Saves a new job (Kue's `job.save`) by save.lua, which gives it its id. `waitForEvents`: until its events can be heard. */
export async function saveJob(job: Job, save: LuaScript, waitForEvents: boolean): Promise<void> {
  const option = (name: string): unknown => Reflect.get(job, `_${name}`); // Kue's types have none of these
  const now = Date.now();
  const delay = Number(option('delay')) || 0;
  const priority = Number(job.priority()) || 0;
  const fields = {
    data: JSON.stringify(job.data),
    priority,
    promote_at: now + delay,
    delay: delay || undefined,
    ttl: option('ttl'),
    max_attempts: option('max_attempts'),
    removeOnComplete: option('removeOnComplete') || undefined,
    backoff: JSON.stringify(option('backoff')), // a function is left out: it would have to be evaluated
  };
  const texts = Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [field, `${value}`]));
  const [state, score] = delay > 0 ? ['delayed', now + delay] : ['inactive', priority];
  if (waitForEvents) await new Promise<void>((resolve) => job.subscribe(resolve));
  const id = Number(await save([], [job.type, now, `q:saved:${randomUUID()}`, state, score, priority, ...texts]));
  Object.assign(job, { id, zid: zidOf(id), _state: state, created_at: now, promote_at: now + delay });
  job.subscribe(() => {}); // now it has the id by which Kue finds it
}

// The member of Kue's sorted sets that stands for a job: its id behind that one's length, so that ids sort like numbers.
const zidOf = (id: number) => `${String(id).length.toString().padStart(2, '0')}|${id}`;

/** The job in the hash `q:job:ID`. Fields that can't be read are left out. */
export function readJob(id: number, hash: Readonly<Record<string, string | undefined>>) {
  const { type = '', created_at, promote_at, updated_at, failed_at, started_at, duration, workerId } = hash;
  const asTheyAre = { created_at, promote_at, updated_at, failed_at, started_at, duration, workerId };
  const job = new kue.Job(type);
  Object.assign(job, { _error: hash.error, _max_attempts: Number(hash.max_attempts) || 1 }); // private in Kue's types
  return Object.assign(job, asTheyAre, {
    id,
    zid: zidOf(id),
    data: parseJson(hash.data),
    result: parseJson(hash.result),
    progress_data: parseJson(hash.progress_data),
    _priority: Number(hash.priority) || 0,
    _progress: hash.progress,
    _state: hash.state,
    _ttl: Number(hash.ttl) || undefined,
    _delay: Number(hash.delay) || undefined,
    _backoff: parseJson(hash.backoff),
    _attempts: Number(hash.attempts) || 0,
    _removeOnComplete: hash.removeOnComplete,
  });
}

/** How many ms a job waits for its next attempt, should this one fail (Kue's `job.backoff`). */
export function backoffMs({ _backoff, _delay = 0, _attempts }: ReturnType<typeof readJob>): number {
  const { type, delay, maxDelay } = fieldsOf(_backoff);
  const base = typeof delay === 'number' ? delay : _delay;
  if (type !== 'exponential') return _backoff ? base : 0;
  const limit = (typeof maxDelay === 'number' ? maxDelay : Number.POSITIVE_INFINITY) - base / 2;
  return Math.round(Math.min(limit, (base / 2) * (2 ** (_attempts + 1) - 1)));
}

/** The value of a JSON text; undefined if there is none, or it is not JSON. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text ? JSON.parse(text) : undefined; // without a text there is no exception, which would take time
  } catch {}
}
