// Parts 3 and 4: jobs created by createPushNotificationsJobs and done by 7-job_processor.ts, and the same on bare Kue.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { benchRedis, type Program, type Redis, runTypeScript } from './programs';
import { inTurn, mean, type Row } from './ratios';

const POLL_MS = 2;
const SETTLE_MS = 20;
// The turns of a round: what the machine does for a moment then hits either side.
const TURNS = 10;
// How often in a row what is soon done is measured, to be as steady as the rest.
const FEW_TIMES = 8;
const MIDDLE_TIMES = 4;
// Until V8 has compiled what there is to compile: this many jobs, or turns.
const WARM = 1_000;
const WARM_TURNS = 2;
const CREATED = 'q:jobs:push_notification_code_3:inactive';
const DONE = 'q:jobs:push_notification_code_2:complete';

type Kind = 'ours' | 'bare';

/** Measures parts 3 and 4, each pair `rounds` times, with `many` jobs in part 3 and as the middle step of part 4. */
export async function jobs(rounds: number, many: number): Promise<Row[]> {
  return [
    ...(await created(rounds, many)),
    await doneBy(1, 'one processor', rounds, many),
    ...(await doneByTwo(rounds, many)),
    await doneBy(4, 'four processors', rounds, many),
  ];
}

async function created(rounds: number, many: number): Promise<Row[]> {
  const growth = steps(many);
  const [few, middle, most] = growth;
  for (let round = 0; round < rounds; round++) {
    const creator = await startCreator('ours');
    const measure = measureWith(creator.create, creator.peak, await creator.peak(), round);
    await creator.create(WARM);
    few.ms.push(await mean(FEW_TIMES, measure(few))());
    middle.ms.push(await mean(MIDDLE_TIMES, measure(middle))());
    most.ms.push(await measure(most)());
    await creator.stop();
  }

  const [ours, bare] = [await startCreator('ours'), await startCreator('bare')];
  const pair = { ours: () => ours.create(many / TURNS), bare: () => bare.create(many / TURNS) };
  await inTurn(1, WARM_TURNS, pair);
  const each = await inTurn(2 * rounds, TURNS, pair);
  await ours.stop();
  await bare.stop();
  return [rateRow('jobs created', many, each.ours, each.bare), ...growthRows('jobs created', growth)];
}

async function doneBy(size: number, name: string, rounds: number, many: number): Promise<Row> {
  const [ours, bare] = [await startCrew('ours', size), await startCrew('bare', size)];
  const pair = { ours: () => ours.work(many / TURNS), bare: () => bare.work(many / TURNS) };
  await inTurn(1, WARM_TURNS, pair);
  const each = await inTurn(rounds, TURNS, pair);
  await ours.stop();
  await bare.stop();
  return rateRow(`jobs done by ${name}`, many, each.ours, each.bare);
}

async function doneByTwo(rounds: number, many: number): Promise<Row[]> {
  const growth = steps(many);
  const [few, middle, most] = growth;
  const bareMs: number[] = [];
  const [ours, bare] = [await startCrew('ours', 2), await startCrew('bare', 2)];
  const idle = await ours.peak();
  const measure = measureWith(ours.work, ours.peak, idle, 0); // memory: the first round only, as it never shrinks
  const pair = { ours: measure(few), bare: () => bare.work(few.count) };
  await inTurn(1, WARM_TURNS, pair);
  for (let round = 0; round < rounds; round++) {
    const each = await inTurn(1, TURNS, pair);
    few.ms.push(...each.ours);
    bareMs.push(...each.bare);
    middle.ms.push(await measure(middle)());
    if (round !== rounds >> 1) continue;
    most.ms.push(...(await ours.workOn(most.count, rounds)));
    most.bytes.push((await ours.peak()) - idle);
  }
  await ours.stop();
  await bare.stop();
  return [rateRow('jobs done by two processors', many, few.ms, bareMs), ...growthRows('jobs done by two', growth)];
}

/** A step of part 4. */
interface Step {
  readonly count: number;
  /** Per job, round by round. */
  readonly ms: number[];
  /** The most memory that it took, in each round in which that was to be seen. */
  readonly bytes: number[];
}

function steps(many: number): [few: Step, middle: Step, most: Step] {
  const step = (count: number) => ({ count, ms: [], bytes: [] });
  return [step(many / 10), step(many), step(many * 10)];
}

/** Ways to measure steps: `work` with the step's jobs, and, after the first time, the memory that it took beyond `idle`. */
function measureWith(
  work: (count: number) => Promise<number>,
  peak: () => Promise<number>,
  idle: number,
  round: number,
): (step: Step) => () => Promise<number> {
  return (step) => async () => {
    const msPerJob = await work(step.count);
    step.bytes[round] ??= (await peak()) - idle;
    return msPerJob;
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

interface Creator {
  /** Has it create `count` jobs. Resolves to the ms per job. */
  create(count: number): Promise<number>;
  /** The most memory that it has had so far, in bytes. */
  peak(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a program that creates jobs, with a Redis of its own. */
async function startCreator(kind: Kind): Promise<Creator> {
  const redis = await benchRedis();
  const program = runTypeScript('src/tools/bench/creator.ts', { REDIS_URL: redis.url }, [kind]);
  await once(program.process, 'message');
  let total = 0;
  return {
    async create(count) {
      total += count;
      const start = performance.now();
      program.process.send(count);
      await reaches(redis, CREATED, total);
      return (performance.now() - start) / count;
    },
    peak: () => peakBytes(program),
    async stop() {
      await program.stop();
      await redis.stop();
    },
  };
}

interface Crew {
  /** Has it do `count` jobs. Resolves to the ms per job. */
  work(count: number): Promise<number>;
  /** The same, for each of `stretches` equal parts of them. */
  workOn(count: number, stretches: number): Promise<number[]>;
  /** The most memory that its processors have had so far, in bytes, added up. */
  peak(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts `size` processors, each doing two jobs at a time, on a Redis of their own. */
async function startCrew(kind: Kind, size: number): Promise<Crew> {
  const file = kind === 'ours' ? 'src/7-job_processor.ts' : 'src/tools/bench/bareProcessor.ts';
  const redis = await benchRedis();
  const info = promisify<string, unknown>(redis.client.info).bind(redis.client);
  const evalAsync = promisify<string[], unknown>(redis.client.eval).bind(redis.client);
  const programs = Array.from({ length: size }, () => runTypeScript(file, { REDIS_URL: redis.url }));
  while (Number(/blocked_clients:(\d+)/.exec(String(await info('clients')))?.[1]) < size) await sleep(POLL_MS);
  await sleep(SETTLE_MS);
  const workOn = async (count: number, stretches: number) => {
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
  };
  return {
    work: async (count) => (await workOn(count, 1))[0] ?? Number.NaN,
    workOn,
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
