// Parts 3 and 4: jobs created by createPushNotificationsJobs and done by 7-job_processor.ts, and the same on bare Kue.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ask, benchRedis, type Program, type Redis, runTypeScript, signal } from './programs';
import type { Row } from './ratios';

const POLL_MS = 2;
const SETTLE_MS = 20;
// Until V8 has compiled what there is to compile.
const WARM_LOTS = 2;
const WARM = 1_000;
// How many lots a round has, and for how many ms each side goes on before it is the next one's turn: what the machine does
// for longer than that hits all of them. The ms are such that all get through their lots in about as many turns.
const CREATED = {
  few: { lots: 40, turn: 10 },
  middle: { lots: 8, turn: 19 },
  bare: { lots: 4, turn: 28 },
  most: { lots: 1, turn: 24 },
};
const DONE = {
  few: { lots: 5, turn: 25 },
  middle: { lots: 0.5, turn: 25 },
  bare: { lots: 0.5, turn: 38 },
  most: { lots: 0.2, turn: 100 },
};
const PAIR = { ours: { lots: 0.4, turn: 25 }, bare: { lots: 0.4, turn: 25 } };

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
  const ours = step(many, PAIR.ours);
  const bare = step(many, PAIR.bare);
  await measure(rounds, [start('ours').then(forLots(ours)), start('bare').then(forLots(bare))]);
  return rateRow(what, many, ours.ms, bare.ms);
}

/** Measures a pair of part 3 and the steps of part 4 that go with it, all in turn, each with workers of its own. */
async function growth(
  what: string,
  start: Start,
  { starts, rounds, ...lots }: { starts: number; rounds: number } & typeof CREATED,
  many: number,
): Promise<Row[]> {
  const few = step(many / 10, lots.few);
  const middle = step(many, lots.middle);
  const most = step(many * 10, lots.most);
  const bare = step(many, lots.bare);
  for (let i = 0; i < starts; i++) {
    const ours = [few, middle, most].map((step) => start('ours').then(forLots(step)));
    await measure(rounds, [...ours, start('bare').then(forLots(bare))]);
  }
  return [rateRow(what, many, middle.ms, bare.ms), ...growthRows(what, [few, middle, most])];
}

/** A lot of jobs, as it is measured again and again. */
interface Step {
  readonly count: number;
  /** How many such lots a round has. */
  readonly lots: number;
  /** For how many ms it goes on at most before it is the next one's turn. */
  readonly turn: number;
  /** Per job, round by round. */
  readonly ms: number[];
  /** The most memory that its workers took until the first lot of a round was over, or the round, round by round. */
  readonly bytes: number[];
}

function step(count: number, { lots, turn }: Pick<Step, 'lots' | 'turn'>): Step {
  return { count, lots, turn, ms: [], bytes: [] };
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

type Start = (kind: Kind) => Promise<Workers>;

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
  stop(): Promise<void>;
}

/** Starts a program that creates jobs. */
async function startCreator(kind: Kind): Promise<Workers> {
  const redis = await benchRedis();
  const program = runTypeScript('src/tools/bench/creator.ts', { REDIS_URL: redis.url }, [kind]);
  await once(program.process, 'message');
  return ready(redis, [program], {
    key: 'q:jobs:push_notification_code_3:inactive',
    begin: async (count) => program.process.send(count),
    end: () => ask(program, 'end'),
  });
}

/** Starts `size` processors, each doing two jobs at a time. */
const crewOf = (size: number) => async (kind: Kind) => {
  const file = kind === 'ours' ? 'src/7-job_processor.ts' : 'src/tools/bench/bareProcessor.ts';
  const redis = await benchRedis();
  const info = promisify<string, unknown>(redis.client.info).bind(redis.client);
  const evalAsync = promisify<string[], unknown>(redis.client.eval).bind(redis.client);
  const programs = Array.from({ length: size }, () => runTypeScript(file, { REDIS_URL: redis.url }));
  const allWait = async () => {
    while (Number(/blocked_clients:(\d+)/.exec(String(await info('clients')))?.[1]) < size) await sleep(POLL_MS);
  };
  await allWait();
  return ready(redis, programs, {
    key: 'q:jobs:push_notification_code_2:complete',
    begin: (count) => evalAsync([SAVE_JOBS, '0', String(count)]),
    end: allWait,
  });
};

async function ready(
  redis: Redis,
  programs: readonly Program[],
  { key, begin, end }: Pick<Workers, 'key' | 'begin' | 'end'>,
): Promise<Workers> {
  const evalAsync = promisify<string[], unknown>(redis.client.eval).bind(redis.client);
  // Or V8 took some literals for long-lived, in 4 of 22 processors: each job then leaves 260 B to the next full collection.
  await Promise.all(programs.map((program) => ask(program, 'collect')));
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
    async stop() {
      await Promise.all(programs.map((program) => program.stop()));
      await redis.stop();
    },
  };
  await inTurn([forLots(step(WARM, { lots: WARM_LOTS, turn: Number.POSITIVE_INFINITY }))(workers)]);
  return workers;
}

/** Workers, and the lots that they are to do, one after the other. */
interface Lots {
  readonly workers: Workers;
  readonly step: Step;
  /** How many jobs of the lot that is under way are created or done; undefined between two lots. */
  done?: number;
}

const forLots =
  (step: Step) =>
  (workers: Workers): Lots => ({ workers, step });

/** Measures steps in turn, and adds to them what they took. Stops their workers. */
async function measure(rounds: number, begun: readonly Promise<Lots>[]): Promise<void> {
  const all = await Promise.all(begun);
  for (let round = 0; round < rounds; round++) await inTurn(all);
  for (const { workers } of all) await workers.stop();
}

/** Has all go on in turn until each has done the lots of a round. */
async function inTurn(all: readonly Lots[]): Promise<void> {
  await Promise.all(all.flatMap(({ workers }) => workers.programs.map(forgetPeak)));
  let open = all.map((lots) => ({ lots, jobs: 0, ms: 0, bytes: 0, goal: lots.step.lots * lots.step.count }));
  while (open.length > 0) {
    for (const one of open) {
      const { step, workers } = one.lots;
      const turn = await goOn(one.lots, one.goal - one.jobs);
      one.jobs += turn.jobs;
      one.ms += turn.ms;
      const isOver = one.jobs >= one.goal;
      if (isOver) step.ms.push(one.ms / one.jobs);
      if (one.bytes === 0 && (isOver || one.lots.done === undefined)) {
        one.bytes = (await Promise.all(workers.programs.map(peakBytes))).reduce((sum, bytes) => sum + bytes);
        step.bytes.push(one.bytes);
      }
    }
    open = open.filter(({ jobs, goal }) => jobs < goal);
  }
}

/** Goes on with a lot, or begins the next, for a turn or until `most` jobs of it are done. It stands still then. */
async function goOn(lots: Lots, most: number): Promise<{ jobs: number; ms: number }> {
  const { workers, step } = lots;
  const { redis, programs, key } = workers;
  const card = promisify<string, number>(redis.client.zcard).bind(redis.client);
  const before = lots.done ?? 0;
  if (lots.done === undefined) await workers.begin(step.count);
  else signal('SIGCONT', [...programs, redis]);
  const start = performance.now();
  const ms = () => performance.now() - start;
  let done = await card(key);
  while (done < Math.min(step.count, before + most) && ms() < step.turn) {
    await sleep(POLL_MS);
    done = await card(key);
  }
  if (done < step.count) {
    signal('SIGSTOP', [...programs, redis]);
    lots.done = done;
    return { jobs: done - before, ms: ms() };
  }
  await workers.end();
  lots.done = undefined;
  return { jobs: done - before, ms: ms() };
}

/** Has `peakBytes` count from now on. */
async function forgetPeak({ process }: Program): Promise<void> {
  await writeFile(`/proc/${process.pid}/clear_refs`, '5').catch(() => {});
}

/** The most memory that a program has had, in bytes; NaN where there is no /proc to ask. */
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
