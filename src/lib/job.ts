// A job as Redis holds it: how it is saved, and how it is read. No field of it is ever evaluated, as Kue would do.
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import kue, { type Job } from 'kue';
import events from 'kue/lib/queue/events';
import type { RedisClient } from 'redis';
import type { LuaScript } from './luaScript';

const MAX_ID = 999_999_999_999_999;

/** The member of Kue's sorted sets that stands for a job: its id, led by its length so that ids sort like numbers. */
export function zidOf(id: number | string): string {
  return `${String(id).length.toString().padStart(2, '0')}|${id}`;
}

/**
 * Saves a new job (Kue's `job.save`) with the script `save`, its id taken from Redis by `client`. Rejects when it is not
 * saved, and nobody follows it then. `waitForEvents`: whether it waits until events of jobs can be heard. Where the next id is
 * another job's, it goes on by `step` ids, then by twice as many: a Redis that has lost `q:ids` may hold thousands.
 */
export async function saveJob(
  job: Job,
  client: RedisClient,
  save: LuaScript,
  waitForEvents: boolean,
  step = 1,
): Promise<void> {
  const data = JSON.stringify(job.data);
  const priority = Number(job.priority());
  if (!Number.isFinite(priority)) throw new Error(`The priority of a job must be a number, and is ${job.priority()}`);
  const { type } = job;
  const delay = Number(Reflect.get(job, '_delay')) || 0;
  const state = delay > 0 ? 'delayed' : 'inactive';
  const optional = {
    delay: delay || undefined,
    ttl: Reflect.get(job, '_ttl'),
    removeOnComplete: Reflect.get(job, '_removeOnComplete'),
    backoff: JSON.stringify(Reflect.get(job, '_backoff')), // a function is left out: it would have to be evaluated
  };
  const fields = [
    ...['data', data, 'priority', priority],
    ...['max_attempts', Number(Reflect.get(job, '_max_attempts')) || 1],
    ...Object.entries(optional).flatMap(([field, value]) => (value ? [field, String(value)] : [])),
  ];
  const id = await promisify<string, number, number>(client.incrby).bind(client)('q:ids', step);
  if (!(id > 0 && id <= MAX_ID)) throw new Error(`The key q:ids has counted to ${id}, which can't be the id of a job`);
  job.id = id;
  const subscribed = new Promise<void>((resolve) => job.subscribe(resolve));
  if (waitForEvents) await subscribed; // or the first events would be missed, until they are looked up

  const now = Date.now();
  const zid = zidOf(id);
  const score = delay > 0 ? now + delay : priority;
  let isSaved = false;
  try {
    const args = [type, now, zid, state, score, priority, randomUUID(), 'promote_at', now + delay, ...fields];
    isSaved = (await save([`q:job:${id}`, `q:${type}:jobs`], args)) === 1;
  } finally {
    if (!isSaved) {
      Reflect.deleteProperty(job, 'id'); // or Kue would take it for saved
      const others = events.jobs[id]?.filter((other) => other !== job);
      if (others?.length) events.jobs[id] = others;
      else delete events.jobs[id];
    }
  }
  if (!isSaved) return saveJob(job, client, save, waitForEvents, step * 2); // its id is another job's
  Object.assign(job, { zid, _state: state, created_at: now, promote_at: now + delay, updated_at: now });
}

/** The job in the hash `q:job:ID`. Fields that can't be read are dropped. */
export function readJob(id: number, hash: Readonly<Record<string, string>>): Job {
  const { type = '', created_at, promote_at, updated_at, failed_at, started_at, duration, workerId } = hash;
  const backoff = parseJson(hash.backoff);
  const isBackoff = backoff === true || ['fixed', 'exponential'].includes(Object(backoff).type);
  return Object.assign(new kue.Job(type), {
    ...{ id, zid: zidOf(id), created_at, promote_at, updated_at, failed_at, started_at, duration, workerId },
    data: parseJson(hash.data),
    result: parseJson(hash.result),
    progress_data: parseJson(hash.progress_data),
    _priority: Number(hash.priority) || 0,
    _progress: hash.progress,
    _state: hash.state,
    _error: hash.error,
    _ttl: Number(hash.ttl) || undefined,
    _delay: Number(hash.delay) || undefined,
    _backoff: isBackoff ? backoff : undefined,
    _attempts: Number(hash.attempts) || 0,
    _max_attempts: Number(hash.max_attempts) || 1,
    _removeOnComplete: hash.removeOnComplete,
  });
}

/** The value of a JSON text; undefined where there is none, or it is not JSON. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
