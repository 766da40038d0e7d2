// No job is lost: what every processor needs beyond Kue. Delivery is at least once: a job whose processor died is done again.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DoneCallback, Job, Queue } from 'kue';
import { onShutdown } from './shutdown';

const GRACE_MS = 3000;
const SWEEP_MS = 1000;
const ALIVE_MS = 5000;
const SIGHTINGS = 3;

/**
 * A job function for `queue.process` that can't break its worker: when `work` throws or rejects, its job fails with that
 * error, and only the first call of `done` counts.
 */
export function guarded(work: (job: Job, done: DoneCallback) => unknown): (job: Job, done: DoneCallback) => void {
  return (job, done) => {
    let ended = false;
    const end: DoneCallback = (error, result) => {
      if (!ended) done(error, result);
      ended = true;
    };
    new Promise((resolve) => resolve(work(job, end))).catch((error) => {
      end(error instanceof Error ? error : new Error(`The job function rejected with ${error}`));
    });
  };
}

/**
 * Keeps the jobs of `type` from being lost by this process or any other.
 * - Told to end, this process finishes the jobs that it has begun, takes no more, and exits with 0. A job that takes longer
 *   than 3 s goes back to the queue.
 * - Every second, jobs that nobody will do go back to the queue: those of processes that died, found by a key of theirs
 *   that expires after 5 s, those lost on their way to a worker, and those that no worker is woken up for. What only looks
 *   lost for a moment is not touched: a job must be seen so three times in a row.
 */
export function protectJobs(queue: Queue, type: string): void {
  const { client } = queue;
  const evalAsync = promisify<(string | number)[], unknown>(client.eval).bind(client);
  const seen = new Map<string, number>();
  let unsteady = 0;

  async function sweep(leaving = false): Promise<void> {
    const running = queue.workers.map(({ job }) => job?.id).filter((id) => id !== undefined);
    const due = [...seen].filter(([, times]) => times >= SIGHTINGS).map(([zid]) => zid);
    const lookForLost = unsteady >= SIGHTINGS || due.length > 0;
    const options = {
      type,
      me: queue.id,
      aliveMs: ALIVE_MS,
      leaving,
      lookForLost,
      running: setOf(running),
      due: setOf(due),
    };
    const reply = await evalAsync([SWEEP, 0, JSON.stringify(options)]);
    if (!Array.isArray(reply)) throw new Error(`Unexpected reply of the sweep: ${reply}`);
    const [missing, ...lost] = reply.map(String);
    unsteady = missing === '0' ? 0 : unsteady + 1;
    for (const zid of seen.keys()) if (!lost.includes(zid)) seen.delete(zid);
    for (const zid of lost) seen.set(zid, (seen.get(zid) ?? 0) + 1);
  }

  const stop = new AbortController();
  async function sweepUntilStopped(): Promise<void> {
    while (!stop.signal.aborted) {
      await sweep().catch((error) => console.log(`Queue error: ${error.message}`));
      await sleep(SWEEP_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  }
  sweepUntilStopped();

  onShutdown(async () => {
    stop.abort();
    const finished = new Promise((resolve) => queue.shutdown(0, resolve));
    const tooLong = await Promise.race([finished, sleep(GRACE_MS, 'too long')]);
    if (tooLong === 'too long') await sweep(true);
  });
}

function setOf(members: readonly (string | number)[]): Record<string, true> {
  return Object.fromEntries(members.map((member) => [member, true]));
}

// Works on Kue's keys: q:jobs:STATE and q:jobs:TYPE:STATE hold the jobs of a state by `zid`, q:job:ID is a job, q:TYPE:jobs
// holds a token for each waiting job, which wakes up a worker. Replies with how many waiting jobs are out of place, of any
// type, and with the zids of those of this type that look lost.
const SWEEP = `
  local given = cjson.decode(ARGV[1])
  local type, lost = given.type, {}
  local function set(state) return 'q:jobs:' .. type .. ':' .. state end
  local function id(zid) return string.match(zid, '|(.*)') end

  if given.leaving then
    redis.call('DEL', 'q:alive:' .. given.me)
  else
    redis.call('SET', 'q:alive:' .. given.me, 1, 'PX', given.aliveMs)
  end

  local function move(zid, state)
    local job = 'q:job:' .. id(zid)
    local priority = redis.call('HGET', job, 'priority') or 0
    for _, old in ipairs({'active', 'inactive'}) do
      redis.call('ZREM', 'q:jobs:' .. old, zid)
      redis.call('ZREM', set(old), zid)
    end
    redis.call('HSET', job, 'state', state)
    redis.call('ZADD', 'q:jobs:' .. state, priority, zid)
    redis.call('ZADD', set(state), priority, zid)
  end

  local function putBack(zid)
    local job = 'q:job:' .. id(zid)
    if pcall(cjson.decode, redis.call('HGET', job, 'data') or '') then
      move(zid, 'inactive')
    else
      local why = 'Job data is not JSON'
      move(zid, 'failed')
      redis.call('HSET', job, 'error', why)
      redis.call('PUBLISH', 'q:events', cjson.encode({id = tonumber(id(zid)), event = 'failed', args = {'failed', why}}))
    end
  end

  local function found(zid, now)
    if now or given.due[zid] then putBack(zid) else lost[#lost + 1] = zid end
  end

  for _, zid in ipairs(redis.call('ZRANGE', set('active'), 0, -1)) do
    local worker = redis.call('HGET', 'q:job:' .. id(zid), 'workerId') or ''
    local process = string.sub(worker, 1, (string.find(worker, ':' .. type .. ':', 1, true) or 1) - 1)
    local mine = process == given.me
    if mine and given.leaving then found(zid, true)
    elseif mine and not given.running[id(zid)] then found(zid)
    elseif not mine and redis.call('EXISTS', 'q:alive:' .. process) == 0 then found(zid)
    end
  end

  local missing = redis.call('ZCARD', 'q:jobs:inactive')
  for _, each in ipairs(redis.call('SMEMBERS', 'q:job:types')) do
    missing = missing - redis.call('ZCARD', 'q:jobs:' .. each .. ':inactive')
  end
  if given.lookForLost and missing > 0 then
    for _, zid in ipairs(redis.call('ZRANGE', 'q:jobs:inactive', 0, -1)) do
      if not redis.call('ZSCORE', set('inactive'), zid) then
        local job = redis.call('HMGET', 'q:job:' .. id(zid), 'type', 'state')
        if job[1] == type and job[2] == 'inactive' then found(zid) end
      end
    end
  end

  for _ = redis.call('LLEN', 'q:' .. type .. ':jobs') + 1, redis.call('ZCARD', set('inactive')) do
    redis.call('LPUSH', 'q:' .. type .. ':jobs', 1)
  end

  table.insert(lost, 1, missing)
  return lost
`;
