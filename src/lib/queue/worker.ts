// Does the jobs of a type. A worker ends a job and claims its next one in one Lua script: there is no moment in which a job is
// in no list, and only the worker that owns a job can end it.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Queue } from 'kue';
import { createClient } from '../redis/createClient';
import { luaScript } from '../redis/luaScript';
import { backoffMs, readJob, readLua } from './job';
import { type JobHandler, runJob } from './runJob';

const BLOCK_S = 2; // after so long without a marker, a job whose marker was lost is found

/**
 * Starts `concurrency` workers for the jobs of `type`, and a heartbeat. Returns what stops them: jobs that run have `graceMs`,
 * by default 3,000; then they go back to the queue.
 */
export function startWorkers({ id, client }: Queue, type: string, concurrency: number, handler: JobHandler) {
  const processor = `${id}:${randomUUID()}`; // a process id may come again
  const [next, sendHeartbeat] = [script('next', true), script('heartbeat', false)];
  const heartbeat = (what: 'beat' | 'close') => sendHeartbeat(what).catch(() => {}); // the next one will do
  const blocking = createClient();
  const popMarker = promisify<string, number, unknown>(blocking.blpop).bind(blocking);
  let isClosing = false;

  function script(name: string, retries: boolean) {
    const run = luaScript(client, readLua(name), { retries });
    return (...args: readonly (string | number)[]) => run([], [type, Date.now(), processor, ...args]);
  }

  async function runWorker(worker: string): Promise<void> {
    let outcome: (string | number)[] = []; // of its last job
    let claimNumber = 1; // of its next claim
    let how = 'claim';
    while (!isClosing || outcome.length > 0) {
      const reply = await next(worker, claimNumber, isClosing ? 'end' : how, ...outcome);
      if (isClosing) return; // a job that it has claimed goes back to the queue, by 'close' below
      outcome = [];
      how = 'claim';
      if (typeof reply === 'string') {
        claimNumber += 1;
        const fields = JSON.parse(reply);
        const job = readJob(Number(fields.id), fields);
        const delay = backoffMs(job); // before the handler, which may change its job
        outcome = [...(await runJob(job, handler)), delay];
      } else if (await popMarker(`q:${type}:jobs`, BLOCK_S).catch(() => sleep(isClosing ? 0 : 1000))) {
        how = 'marker';
      }
    }
  }

  const names = Array.from({ length: concurrency }, (_, n) => `${processor}:${type}:${n + 1}`);
  const workers = Promise.all(names.map(runWorker)).catch(() => {}); // the queue was shut down
  heartbeat('beat');
  const beating = setInterval(heartbeat, 1000, 'beat');

  return async (graceMs = 3000): Promise<void> => {
    isClosing = true;
    blocking.end(true); // or it would take a marker for nobody; `true`: an idle worker ends at once
    // Without Redis, no job can be ended or handed back: other processors do it, after the usual six seconds.
    if (client.ready) await Promise.race([workers, sleep(graceMs)]);
    clearInterval(beating);
    if (client.ready) await Promise.race([heartbeat('close'), sleep(1000)]);
  };
}
