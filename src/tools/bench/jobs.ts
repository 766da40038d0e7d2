// Parts 3 and 4: jobs created by createPushNotificationsJobs and done by 7-job_processor.ts, and the same on bare Kue.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ask, benchRedis, type Program, type Redis, runTypeScript, signal } from './programs';
import { inTurn, type Row } from './ratios';

const POLL_MS = 2;
const SETTLE_MS = 20;
// Until V8 has compiled what there is to compile.
const WARM_LOTS = 2;
const WARM = 1_000;
// How many turns a round has, and in how many parts a lot of jobs is measured, a part a turn. A turn takes a fifth of a
// second at most: what the machine does for longer than that hits all sides.
const CREATED = { turns: 40, few: 2, middle: 10 };
const DONE = { turns: 20, few: 4, middle: 40 };

type Kind = 'ours' | 'bare';

/** Measures parts 3 and 4, each pair `rounds` times, with `many` jobs in part 3 and as the middle step of part 4. */
export async function jobs(rounds: number, many: number): Promise<Row[]> {
  return [
    ...(await growth('jobs created', startCreator, { starts: rounds, rounds: 1, ...CREATED }, many)),
    await pair('jobs done by one processor', crewOf(1), rounds, many),
    ...(await growth('jobs done by two processors', crewOf(2), { starts: 1, rounds, ...DONE }, many)),
    await pair('jobs done by four processors', crewOf(4), rounds, many),
  ];
}

/** Measures a pair of part 3. */
async function pair(what: string, start: Start, rounds: number, many: number): Promise<Row> {
  const [ours, bare] = await Promise.all([start('ours'), start('bare')]);
  const ways = { ours: inParts(ours, step(many, DONE.middle)), bare: inParts(bare, step(many, DONE.middle)) };
  const ms = await inTurn(rounds, DONE.turns, ways);
  await ours.stop();
  await bare.stop();
  return rateRow(what, many, ms.ours, ms.bare);
}

/** Measures a pair of part 3 and the steps of part 4 that go with it, all in turn, each with workers of its own. */
async function growth(
  what: string,
  start: Start,
  { starts, rounds, turns, ...parts }: { starts: number; rounds: number } & typeof CREATED,
  many: number,
): Promise<Row[]> {
  const few = step(many / 10, parts.few);
  const middle = step(many, parts.middle);
  const most = step(many * 10, rounds * turns);
  const bare = step(many, parts.middle);
  for (let i = 0; i < starts; i++) {
    const begin = async (kind: Kind, step: Step) => {
      const workers = await start(kind, step === most);
      return { step, workers, measure: inParts(workers, step) };
    };
    const all = [begin('ours', few), begin('ours', middle), begin('bare', bare), begin('ours', most)];
    const begun = await Promise.all(all);
    const ms = await inTurn(rounds, turns, Object.fromEntries(begun.map(({ measure }, i) => [i, measure])));
    for (const [i, { step, workers }] of begun.entries()) {
      step.ms.push(...(ms[i] ?? []));
      await workers.stop();
    }
  }
  return [rateRow(what, many, middle.ms, bare.ms), ...growthRows(what, [few, middle, most])];
}

/** A lot of jobs, as it is measured again and again. */
interface Step {
  readonly count: number;
  readonly parts: number;
  /** Per job, round by round. */
  readonly ms: number[];
  /** The most memory that the first lot took, a value for each start of its workers. */
  readonly bytes: number[];
}

function step(count: number, parts: number): Step {
  return { count, parts, ms: [], bytes: [] };
}

function rateRow(what: string, count: number, ours: readonly number[], bare: readonly number[]): Row {
  return {
    what: `${count.toLocaleString('en')} ${what}`,
    over: 'bare Kue',
    ours: ours.map((ms) => 1000 / ms),
    theirs: bare.map((ms) => 1000 / ms),
    unit: '/s',
    atLeast: 0.95,
  };
}

function growthRows(what: string, growth: readonly Step[]): Row[] {
  return growth.slice(1).flatMap((step, index) => {
    const before = growth[index];
    if (!before) return [];
    const kB = ({ count, bytes }: Step) => bytes.map((all) => all / 1024 / count);
    const name = `${step.count.toLocaleString('en')} ${what}`;
    const over = before.count.toLocaleString('en');
    return [
      { what: `${name}: time per job`, over, ours: step.ms, theirs: before.ms, unit: ' ms', atMost: 1.2 },
      { what: `${name}: memory per job`, over, ours: kB(step), theirs: kB(before), unit: ' kB' },
    ];
  });
}

/** Starts workers, `long` ones to do so many jobs that V8's first guess at how long their objects live would show. */
type Start = (kind: Kind, long?: boolean) => Promise<Workers>;

/** Processes that create jobs, or do them, on a Redis of their own. */
interface Workers {
  readonly redis: Redis;
  readonly programs: readonly Program[];
  /** The sorted set that each of their jobs ends up in. */
  readonly key: string;
  /** Has them begin with `count` jobs, where no others are. */
  begin(count: number): Promise<unknown>;
  /** Resolves once a lot is over: all replies to a creator are read, all processors wait for jobs again. */
  end(): Promise<unknown>;
  /** The most memory that they have had beyond what they started with, in bytes. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a program that creates jobs. */
async function startCreator(kind: Kind): Promise<Workers> {
  const redis = await benchRedis();
  const program = runTypeScript('src/tools/bench/creator.ts', { REDIS_URL: redis.url }, [kind]);
  await once(program.process, 'message');
  return ready(redis, [program], true, {
    key: 'q:jobs:push_notification_code_3:inactive',
    begin: async (count) => program.process.send(count),
    end: () => ask(program, 'end'),
  });
}

/** Starts `size` processors, each doing two jobs at a time. */
const crewOf =
  (size: number) =>
  async (kind: Kind, long = false) => {
    const file = kind === 'ours' ? 'src/7-job_processor.ts' : 'src/tools/bench/bareProcessor.ts';
    const redis = await benchRedis();
    const info = promisify<string, unknown>(redis.client.info).bind(redis.client);
    const evalAsync = promisify<string[], unknown>(redis.client.eval).bind(redis.client);
    const programs = Array.from({ length: size }, () => runTypeScript(file, { REDIS_URL: redis.url }));
    const allWait = async () => {
      while (Number(/blocked_clients:(\d+)/.exec(String(await info('clients')))?.[1]) < size) await sleep(POLL_MS);
    };
    await allWait();
    return ready(redis, programs, long, {
      key: 'q:jobs:push_notification_code_2:complete',
      begin: (count) => evalAsync([SAVE_JOBS, '0', String(count)]),
      end: allWait,
    });
  };

async function ready(
  redis: Redis,
  programs: readonly Program[],
  collects: boolean,
  { key, begin, end }: Pick<Workers, 'key' | 'begin' | 'end'>,
): Promise<Workers> {
  const evalAsync = promisify<string[], unknown>(redis.client.eval).bind(redis.client);
  const peak = async () => (await Promise.all(programs.map(peakBytes))).reduce((sum, bytes) => sum + bytes);
  // Or V8 took some literals for long-lived, in 4 of 22 processors: each job then leaves 260 B to the next full collection.
  if (collects) await Promise.all(programs.map((program) => ask(program, 'collect')));
  const idle = await peak();
  const workers: Workers = {
    redis,
    programs,
    key,
    async begin(count) {
      await sleep(SETTLE_MS); // what began at the last lot's end is not quite over
      await evalAsync([REMOVE_JOBS, '0']);
      await begin(count);
    },
    end,
    memory: async () => (await peak()) - idle,
    async stop() {
      await Promise.all(programs.map((program) => program.stop()));
      await redis.stop();
    },
  };
  await inTurn(1, WARM_LOTS, { warm: inParts(workers, step(WARM, 1)) });
  return workers;
}

/**
 * A way to measure lots of jobs, one after the other and part by part: between the parts of a lot, the workers and their
 * Redis stand still. Resolves to a part's ms per job.
 */
function inParts(workers: Workers, { count, parts, bytes }: Step): () => Promise<number> {
  const { redis, programs, key } = workers;
  let part = 0;
  let isFirst = true;
  return async () => {
    if (part === 0) await workers.begin(count);
    else signal('SIGCONT', [...programs, redis]);
    const start = performance.now();
    part++;
    await reaches(redis, key, (count * part) / parts);
    if (part === parts) await workers.end();
    const ms = performance.now() - start;
    if (part < parts) {
      signal('SIGSTOP', [...programs, redis]);
    } else {
      part = 0;
      if (isFirst) bytes.push(await workers.memory());
      isFirst = false;
    }
    return ms / (count / parts);
  };
}

/** Resolves once the sorted set `key` has `count` members. */
async function reaches(redis: Redis, key: string, count: number): Promise<void> {
  const card = promisify<string, number>(redis.client.zcard).bind(redis.client);
  while ((await card(key)) < count) await sleep(POLL_MS);
}

/** The most memory that a program has had so far, in bytes; NaN where there is no /proc to ask. */
async function peakBytes({ process }: Program): Promise<number> {
  const status = await readFile(`/proc/${process.pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}

const REMOVE_JOBS = `for _, key in ipairs(redis.call('KEYS', 'q:job*')) do redis.call('DEL', key) end`;

// Saves jobs as Kue does, but all in one moment: the workers find them waiting, and saving takes none of their time.
const SAVE_JOBS = `
  local type = 'push_notification_code_2'
  redis.call('SADD', 'q:job:types', type)
  for id = 1, tonumber(ARGV[1]) do
    local zid = string.format('%02d|%d', #tostring(id), id)
    local data = '{"phoneNumber":"' .. 4153600000 + id .. '","message":"This is the code 1234 to verify your account"}'
    redis.call('HSET', 'q:job:' .. id, 'max_attempts', 1, 'type', type, 'created_at', '1790000000000',
      'promote_at', '1790000000000', 'updated_at', '1790000000000', 'priority', 0, 'data', data, 'state', 'inactive')
    redis.call('ZADD', 'q:jobs', 0, zid)
    redis.call('ZADD', 'q:jobs:inactive', 0, zid)
    redis.call('ZADD', 'q:jobs:' .. type .. ':inactive', 0, zid)
    redis.call('LPUSH', 'q:' .. type .. ':jobs', 1)
  end
  redis.call('SET', 'q:ids', ARGV[1])
`;
