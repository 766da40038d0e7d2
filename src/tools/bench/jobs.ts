// Parts 3 and 4: jobs created by createPushNotificationsJobs and done by 7-job_processor.ts, and the same on bare Kue.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { benchRedis, type Program, type Redis, runTypeScript } from './programs';
import { inTurn, type Row } from './ratios';

const POLL_MS = 2;
const SETTLE_MS = 20;
const TURNS = 10;
const FEW_TIMES = 3;
// Until V8 has compiled what there is to compile: this many jobs, or turns.
const WARM = 1_000;
const WARM_TURNS = 2;
const CREATED = 'q:jobs:push_notification_code_3:inactive';
const DONE = 'q:jobs:push_notification_code_2:complete';

type Kind = 'ours' | 'bare';

/** Measures parts 3 and 4, each pair `rounds` times, with `many` jobs in part 3 and as the middle step of part 4. */
export async function jobs(rounds: number, many: number): Promise<Row[]> {
  return [...(await created(rounds, many)), ...(await done(rounds, many))];
}

async function created(rounds: number, many: number): Promise<Row[]> {
  const peaks = new Map<number, number>();
  const growth = (count: number) => async () => {
    const creator = await startCreator('ours');
    const idle = await peakBytes(creator.program);
    await creator.create(WARM);
    const msPerJob = await creator.create(count);
    const bytes = (await peakBytes(creator.program)) - idle;
    peaks.set(count, Math.max(bytes, peaks.get(count) ?? 0));
    await creator.stop();
    return msPerJob;
  };
  const ms = await inTurn(rounds, 1, {
    few: mean(FEW_TIMES, growth(many / 10)),
    middle: growth(many),
    most: growth(many * 10),
  });

  const [ours, bare] = [await startCreator('ours'), await startCreator('bare')];
  await inTurn(WARM_TURNS, 1, { ours: () => ours.create(WARM), bare: () => bare.create(WARM) });
  const pair = { ours: () => ours.create(many), bare: () => bare.create(many) };
  const each = await inTurn(2 * rounds, 1, pair); // some are slow: their heaps grow, and are cleaned up
  await ours.stop();
  await bare.stop();
  return [
    rateRow('jobs created', many, each.ours, each.bare),
    ...growthRows('jobs created', many, ms.few, ms.middle, ms.most, peaks),
  ];
}

async function done(rounds: number, many: number): Promise<Row[]> {
  const rows: Row[] = [];
  const [ours, bare] = [await startCrew('ours'), await startCrew('bare')];
  const turn = (crew: Crew) => async () => (await crew.work(many / TURNS))[0] ?? Number.NaN;
  const pair = { ours: turn(ours), bare: turn(bare) };
  for (const [size, name] of [
    [1, 'one processor'],
    [2, 'two processors'],
    [4, 'four processors'],
  ] as const) {
    await Promise.all([ours.grow(size), bare.grow(size)]);
    await inTurn(1, WARM_TURNS, pair);
    const each = await inTurn(rounds, TURNS, pair);
    rows.push(rateRow(`jobs done by ${name}`, many, each.ours, each.bare));
  }
  await ours.stop();
  await bare.stop();
  return [...rows, ...(await doneGrowth(rounds, many))];
}

async function doneGrowth(rounds: number, many: number): Promise<Row[]> {
  const crew = await startCrew('ours');
  await crew.grow(2);
  const peaks = new Map<number, number>();
  const idle = await crew.peak();
  const work = (count: number) => async () => {
    const [msPerJob] = await crew.work(count);
    if (!peaks.has(count)) peaks.set(count, (await crew.peak()) - idle);
    return msPerJob ?? Number.NaN;
  };
  const few = work(many / 10);
  await inTurn(WARM_TURNS, 1, { few });
  const ms = await inTurn(rounds, 1, { few: mean(FEW_TIMES, few), middle: work(many) });
  const most = await crew.work(many * 10, rounds);
  peaks.set(many * 10, (await crew.peak()) - idle);
  await crew.stop();
  return growthRows('jobs done by two', many, ms.few, ms.middle, most, peaks);
}

/** A way to measure that measures `times` times, and resolves to the mean. */
function mean(times: number, measure: () => Promise<number>): () => Promise<number> {
  return async () => {
    const { all } = await inTurn(1, times, { all: measure });
    return all[0] ?? Number.NaN;
  };
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

function growthRows(
  what: string,
  many: number,
  few: readonly number[],
  middle: readonly number[],
  most: readonly number[],
  peaks: ReadonlyMap<number, number>,
): Row[] {
  const steps = [
    { count: many / 10, ms: few },
    { count: many, ms: middle },
    { count: many * 10, ms: most },
  ];
  return steps.slice(1).flatMap(({ count, ms }, index) => {
    const before = steps[index];
    if (!before) return [];
    const kB = (n: number) => [(peaks.get(n) ?? Number.NaN) / 1024 / n];
    const name = `${count.toLocaleString('en')} ${what}`;
    const over = `${before.count.toLocaleString('en')}`;
    return [
      { what: `${name}: time per job`, over, ours: ms, theirs: before.ms, unit: ' ms', atMost: 1.2 },
      { what: `${name}: memory per job`, over, ours: kB(count), theirs: kB(before.count), unit: ' kB' },
    ];
  });
}

interface Creator {
  readonly program: Program;
  /** Has it create `count` jobs. Resolves to the ms per job. */
  create(count: number): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a program that creates jobs, with a Redis of its own. */
async function startCreator(kind: Kind): Promise<Creator> {
  const redis = await benchRedis();
  const program = runTypeScript('src/tools/bench/creator.ts', { REDIS_URL: redis.url }, [kind]);
  await once(program.process, 'message');
  let total = 0;
  return {
    program,
    async create(count) {
      total += count;
      const start = performance.now();
      program.process.send(count);
      await reaches(redis, CREATED, total);
      return (performance.now() - start) / count;
    },
    async stop() {
      await program.stop();
      await redis.stop();
    },
  };
}

interface Crew {
  /** Starts processors until there are `size`, each doing two jobs at a time. */
  grow(size: number): Promise<void>;
  /** Has them do `count` jobs. Resolves to the ms per job in each of `stretches` equal parts of that, one after the other. */
  work(count: number, stretches?: number): Promise<number[]>;
  /** The most memory that they have had so far, in bytes, added up. */
  peak(): Promise<number>;
  stop(): Promise<void>;
}

async function startCrew(kind: Kind): Promise<Crew> {
  const file = kind === 'ours' ? 'src/7-job_processor.ts' : 'src/tools/bench/bareProcessor.ts';
  const redis = await benchRedis();
  const programs: Program[] = [];
  const info = promisify<string, unknown>(redis.client.info).bind(redis.client);
  const evalAsync = promisify<string[], unknown>(redis.client.eval).bind(redis.client);
  return {
    async grow(size) {
      while (programs.length < size) programs.push(runTypeScript(file, { REDIS_URL: redis.url }));
      while (Number(/blocked_clients:(\d+)/.exec(String(await info('clients')))?.[1]) < size) await sleep(POLL_MS);
      await sleep(SETTLE_MS);
    },
    async work(count, stretches = 1) {
      await evalAsync([REMOVE_JOBS, '0']);
      await evalAsync([SAVE_JOBS, '0', String(count)]);
      const msPerJob: number[] = [];
      for (let stretch = 1; stretch <= stretches; stretch++) {
        const start = performance.now();
        await reaches(redis, DONE, (count / stretches) * stretch);
        msPerJob.push((performance.now() - start) / (count / stretches));
      }
      await sleep(SETTLE_MS); // the last job is not quite over
      return msPerJob;
    },
    async peak() {
      return (await Promise.all(programs.map(peakBytes))).reduce((sum, bytes) => sum + bytes);
    },
    async stop() {
      await Promise.all(programs.map((program) => program.stop()));
      await redis.stop();
    },
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
