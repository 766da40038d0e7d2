// Does the jobs of a type. A worker ends a job and claims its next one in one Lua script: there is no moment in which a job is
// in no list, and only the worker that owns a job can end it.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Queue } from 'kue';
import { createClient } from '../redis/createClient';
import { isLost, luaScript } from '../redis/luaScript';
import { backoffMs, readJob, readLua } from './job';
import { type JobHandler, runJob } from './runJob';

const RETRY_MS = 1000;
const HEARTBEAT_MS = 1000;
const BLOCK_S = 2; // after so long without a marker, a job whose marker was lost is found
const CLOSE_MS = 1000;

/**
 * Starts `concurrency` workers for the jobs of `type`, and a heartbeat. What Redis refuses is sent again each second, with a
 * line that says why. Returns what stops them: jobs that run have `graceMs`, by default 3,000; then they go back to the queue.
 */
export function startWorkers({ id, client }: Queue, type: string, concurrency: number, handler: JobHandler) {
  const processor = `${id}:${randomUUID()}`; // a process id may come again
  const [next, heartbeat] = [script('next'), script('heartbeat')];
  const blocking = createClient();
  const popMarker = promisify<string, number, unknown>(blocking.blpop).bind(blocking);
  let isClosing = false;

  function script(name: string) {
    const run = luaScript(client, readLua(name), { retries: true });
    return (...args: readonly (string | number)[]) => attempt(run([], [type, Date.now(), processor, ...args]));
  }

  /** Resolves to undefined if Redis refuses it, a second later. */
  function attempt(reply: Promise<unknown>): Promise<unknown> {
    return reply.catch((error: Error) => {
      if (!isLost(error)) console.log(`Queue error: ${error.message}`);
      return sleep(isClosing ? 0 : RETRY_MS);
    });
  }

  async function runWorker(worker: string): Promise<void> {
    let outcome: (string | number)[] = []; // of its last job
    let claimNumber = 1; // of its next claim
    let how = 'claim';
    while (!isClosing || outcome.length > 0) {
      const reply = await next(worker, claimNumber, isClosing ? 'end' : how, ...outcome);
      if (reply === undefined) continue; // it was refused
      if (isClosing) return; // a job that it has claimed goes back to the queue
      outcome = [];
      how = 'claim';
      if (typeof reply === 'string') {
        claimNumber += 1;
        const fields = JSON.parse(reply);
        const job = readJob(Number(fields.id), fields);
        const delay = backoffMs(job);
        outcome = [...(await runJob(job, handler)), delay];
      } else if (await attempt(popMarker(`q:${type}:jobs`, BLOCK_S))) {
        how = 'marker';
      }
    }
  }

  const names = Array.from({ length: concurrency }, (_, n) => `${processor}:${type}:${n + 1}`);
  const workers = Promise.all(names.map(runWorker));
  heartbeat('beat');
  const beating = setInterval(heartbeat, HEARTBEAT_MS, 'beat');

  return async (graceMs = 3000): Promise<void> => {
    isClosing = true;
    blocking.end(false); // or it would take a marker for nobody
    if (client.ready) await Promise.race([workers, sleep(graceMs)]);
    clearInterval(beating);
    if (client.ready) await Promise.race([heartbeat('close'), sleep(CLOSE_MS)]);
  };
}
