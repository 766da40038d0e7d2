// Does the jobs of a type. A worker claims a job in one script and ends it in another: there is no moment in which a job is in
// no list, and only the worker that owns a job can end it.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Queue } from 'kue';
import type { RedisClient } from 'redis';
import { backoffMs, readClaim, trackProgress, zidOf } from './job';
import { luaScript, readLua } from './luaScript';
import { type JobFunction, type Outcome, type Run, runJob } from './runJob';

const RETRY_MS = 1000;
const WAIT_S = 2; // then a job whose token was lost is found
const HEARTBEAT_MS = 1000;
const GRACE_MS = 3000;
const LEAVE_MS = 1000;
const MAX_STALLS = 3;

/**
 * Starts `concurrency` workers for the jobs of `type` (Kue's `queue.process`), and a heartbeat. What Redis refuses is asked
 * again each second, with a line that says why. Returns what stops them within 4 s: jobs in hand are finished, or given back.
 */
export function startWorkers(
  queue: Queue,
  blockingClient: RedisClient,
  type: string,
  concurrency: number,
  work: JobFunction,
): () => Promise<void> {
  const { client, id: processor } = queue;
  const script = (name: string) => luaScript(client, readLua(name));
  const [claim, end, progress, recover] = [script('claim'), script('end'), script('progress'), script('recover')];
  const popToken = promisify<string, number, unknown>(blockingClient.blpop).bind(blockingClient);
  const claims = `q:${type}:claims:${processor}`;
  const tokens = `q:${type}:jobs`;
  const loops = new Map<string, Promise<void>>();
  const inHand = new Map<string, Run>();
  let isClosing = false;

  async function retry<T>(ask: () => Promise<T>): Promise<T | undefined> {
    while (!isClosing) {
      try {
        return await ask();
      } catch (error) {
        console.log(`Queue error: ${error instanceof Error ? error.message : error}`);
        await sleep(RETRY_MS);
      }
    }
  }

  const keys = [`q:${type}:processors`, `q:${type}:recovery`, tokens];
  const tellOthers = (what: 'heartbeat' | 'leave') => recover(keys, [type, Date.now(), processor, what]);

  async function keepHeartbeat(): Promise<void> {
    while (!isClosing) {
      await retry(() => tellOthers('heartbeat'));
      await sleep(HEARTBEAT_MS);
    }
  }

  function endJob(worker: string, { job, error, result }: Outcome): Promise<unknown> {
    const { message = '', stack = '' } = error ?? {};
    const delay = backoffMs(job, Number(Reflect.get(job, '_attempts')) + 1);
    const args = [type, Date.now(), worker, zidOf(job.id), job.started_at, result, message, stack, delay];
    return end([claims, tokens], args);
  }

  async function perform(worker: string, reply: unknown): Promise<Outcome> {
    const { job, isReadable, stalls } = readClaim(reply);
    trackProgress(job, worker, progress);
    const run = runJob(job, (_job, done) => {
      if (!isReadable) return done(new Error('Job data is not JSON'));
      if (stalls >= MAX_STALLS) return done(new Error(`Job stalled more than ${MAX_STALLS} times`));
      return work(job, done);
    });
    inHand.set(worker, run);
    return run.outcome;
  }

  async function doJobs(worker: string): Promise<void> {
    let outcome: Outcome | undefined;
    let hasToken = 0;
    while (!isClosing) {
      const last = outcome;
      const ask = () => claim([claims, tokens], [type, Date.now(), worker, hasToken, last ? zidOf(last.job.id) : '']);
      const replies = await retry(() => Promise.all([last && endJob(worker, last), ask()]));
      inHand.delete(worker);
      outcome = undefined;
      hasToken = 0;
      if (isClosing) return; // what was claimed is given back
      const reply = replies?.[1];
      if (reply) {
        outcome = await perform(worker, reply);
      } else if (reply === null) {
        hasToken = (await retry(() => popToken(tokens, WAIT_S))) ? 1 : 0;
      }
    }
    if (outcome) await endJob(worker, outcome);
  }

  queue.on('job ttl exceeded', (id: number) => {
    const run = [...inHand.values()].find(({ job }) => job.id === id);
    run?.done({ message: 'TTL exceeded' });
    if (run) client.publish('q:events', JSON.stringify({ id, event: 'ttl exceeded ack', args: ['ttl exceeded ack'] }));
  });
  keepHeartbeat();
  for (let n = 1; n <= concurrency; n++) {
    const worker = `${processor}:${type}:${n}`;
    loops.set(worker, doJobs(worker));
  }
  return async () => {
    isClosing = true;
    const lastJobs = Promise.allSettled([...inHand.keys()].map((worker) => loops.get(worker)));
    await Promise.race([lastJobs, sleep(GRACE_MS)]);
    await Promise.race([tellOthers('leave').catch(() => {}), sleep(LEAVE_MS)]);
  };
}
