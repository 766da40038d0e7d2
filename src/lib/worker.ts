// Does the jobs of a type. A worker claims a job in one script and ends it in another: there is no moment in which a job is in
// no list, and only the worker that owns a job can end it.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Queue } from 'kue';
import type { RedisClient } from 'redis';
import { type Claim, overrideProgress, readClaim } from './claim';
import { luaScript, readLua } from './luaScript';
import { type JobFunction, type Outcome, runJob } from './runJob';

const RETRY_MS = 1000;
const BLOCK_S = 2; // after so long without a marker, a job whose marker was lost is found
const HEARTBEAT_MS = 1000;
const GRACE_MS = 3000;
const CLOSE_MS = 1000;
const MAX_STALLS = 3;
const MORE = 100; // jobs: the reply of promote.lua, and of recover.lua's 'close', when there may be more
let processors = 0; // in this process, one for each call of queue.process

/**
 * Starts `concurrency` workers for the jobs of `type` (Kue's `queue.process`), and a heartbeat. What Redis refuses is asked
 * again each second, with a line that says why. Returns what stops them within 4 s: jobs that run are finished, or requeued.
 */
export function startWorkers(
  queue: Queue,
  blockingClient: RedisClient,
  type: string,
  concurrency: number,
  work: JobFunction,
): () => Promise<void> {
  const { client } = queue;
  const processor = `${queue.id}:${++processors}`;
  const script = (name: string) => luaScript(client, readLua(name));
  const [claimNext, end, progress] = [script('claim'), script('end'), script('progress')];
  const [recover, promote] = [script('recover'), script('promote')];
  const popMarker = promisify<string, number, unknown>(blockingClient.blpop).bind(blockingClient);
  const claims = `q:${type}:claims:${processor}`;
  const markers = `q:${type}:jobs`;
  const heartbeats = `q:${type}:heartbeats`;
  const loops = new Map<string, Promise<void>>();
  const running = new Set<string>();
  let isClosing = false;

  /** Resolves to undefined, 1 s later, where Redis refuses it. */
  async function attempt<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (isClosing) return;
      console.log(`Queue error: ${error instanceof Error ? error.message : error}`);
      await sleep(RETRY_MS);
    }
  }

  const keys = [heartbeats, `q:${type}:stalled-check`, markers];
  const report = (what: 'heartbeat' | 'close') => recover(keys, [type, Date.now(), processor, what]);
  const requeueAll = async (): Promise<unknown> => (await report('close')) === MORE && requeueAll();

  async function repeat(ask: () => Promise<unknown>): Promise<void> {
    while (!isClosing) {
      const reply = await attempt(ask);
      if (reply !== MORE) await sleep(HEARTBEAT_MS);
    }
  }

  function endJob({ worker, number, zid, delay, error, result }: Claim & Outcome): Promise<unknown> {
    const { message = '', stack = '' } = error ?? {};
    return end([claims, markers], [type, Date.now(), worker, number, zid, result, message, stack, delay]);
  }

  async function processJob(worker: string, number: number, reply: unknown): Promise<Claim & Outcome> {
    const { job, claim, stalls } = readClaim(worker, number, reply);
    overrideProgress(job, claim, progress);
    const outcome = runJob(job, (_job, done) => {
      if (isClosing) return new Promise(() => {}); // not run again: it goes back to the queue
      if (stalls >= MAX_STALLS) return done(new Error(`Job stalled more than ${MAX_STALLS} times`));
      if (job.data === undefined) return done(new Error('Job data is not JSON'));
      return work(job, done);
    });
    return { ...claim, ...(await outcome) };
  }

  async function runWorker(worker: string): Promise<void> {
    let ending: (Claim & Outcome) | undefined;
    let hasMarker = false;
    let number = 1; // of its next claim
    while (!isClosing) {
      const args = [type, Date.now(), processor, worker, number, hasMarker ? 1 : 0, ending ? 1 : 0, MAX_STALLS];
      const ask = () => claimNext([claims, markers, heartbeats], args);
      const replies = await attempt(() => Promise.all([ending && endJob(ending), ask()]));
      if (!replies) continue;
      running.delete(worker);
      ending = undefined;
      hasMarker = false;
      if (isClosing) return; // what was claimed is requeued
      const [, reply] = replies;
      if (reply) {
        running.add(worker);
        ending = await processJob(worker, number++, reply);
      } else if (reply === null) {
        hasMarker = Boolean(await attempt(() => popMarker(markers, BLOCK_S)));
      }
    }
    if (ending) await endJob(ending);
  }

  for (let n = 1; n <= concurrency; n++) {
    const worker = `${processor}:${type}:${n}`;
    loops.set(worker, runWorker(worker)); // before the rest, so that all workers ask in one write
  }
  repeat(() => report('heartbeat'));
  repeat(() => promote([], [type, Date.now()]));
  return async () => {
    isClosing = true;
    blockingClient.end(false); // or it would take a marker for nobody
    const lastJobs = Promise.allSettled([...running].map((worker) => loops.get(worker)));
    await Promise.race([lastJobs, sleep(GRACE_MS)]);
    await Promise.race([requeueAll().catch(() => {}), sleep(CLOSE_MS)]);
  };
}
