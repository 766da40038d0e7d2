// Parts 3 and 4: jobs created by createPushNotificationsJobs and done by 7-job_processor.ts, and the same on bare Kue.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ask, benchRedis, type Program, type Redis, runTypeScript } from './programs';
import { inTurn, means, type Row, type Side, type Turn } from './ratios';

const POLL_MS = 2;
const SETTLE_MS = 20;
// Until V8 has compiled what there is to compile.
const WARM_LOTS = 2;
const WARM = 1_000;
// How many teams of workers each side has, the lots of each team in a round, and for how many ms it goes on before it is the
// next one's turn: what the machine does for longer than that hits all of them. The ms are such that all get through their
// lots in about as many turns. A process that creates jobs is faster or slower than the next by 4 %, as long as it lives.
const CREATED = {
  few: { teams: 2, lots: 20, turn: 5 },
  middle: { teams: 2, lots: 4, turn: 10 },
  bare: { teams: 2, lots: 2, turn: 14 },
  most: { teams: 1, lots: 1, turn: 24 },
};
const DONE = {
  few: { teams: 1, lots: 5, turn: 30 },
  middle: { teams: 1, lots: 0.5, turn: 30 },
  bare: { teams: 1, lots: 0.5, turn: 40 },
  most: { teams: 1, lots: 0.2, turn: 100 },
};

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
  const ours = step('ours', many, DONE.middle);
  const bare = step('bare', many, DONE.bare);
  await measure(rounds, start, [ours, bare]);
  return rateRow(what, ours, bare);
}

/** Measures a pair of part 3 and the steps of part 4 that go with it, all in turn. */
async function growth(
  what: string,
  start: Start,
  { starts, rounds, ...work }: { starts: number; rounds: number } & typeof CREATED,
  many: number,
): Promise<Row[]> {
  const few = step('ours', many / 10, work.few);
  const middle = step('ours', many, work.middle);
  const bare = step('bare', many, work.bare);
  const most = step('ours', many * 10, work.most);
  for (let i = 0; i < starts; i++) await measure(rounds, start, [few, middle, bare, most]);
  return [rateRow(what, middle, bare), ...growthRows(what, [few, middle, most])];
}

/** Starts the teams of each of the steps, measures them in turn, and adds to the steps what their teams took on average. */
async function measure(rounds: number, start: Start, steps: readonly Step[]): Promise<void> {
  const starting = steps.flatMap((step) =>
    Array.from({ length: step.teams }, async () => new Lots(await start(step.kind), step)),
  );
  const all = await Promise.all(starting);
  const ms = await inTurn(rounds, Object.fromEntries(all.map((lots, i) => [i, lots])));
  for (const step of steps) {
    const isOwn = (_: unknown, i: number) => all[i]?.step === step;
    step.ms.push(...means(Object.values(ms).filter(isOwn)));
    step.bytes.push(...means(all.map(({ bytes }) => bytes).filter(isOwn)));
  }
  await Promise.all(all.map(({ workers }) => workers.stop()));
}

/** A lot of jobs, as it is measured again and again. */
interface Step extends Work {
  readonly kind: Kind;
  readonly count: number;
  /** Per job, round by round. */
  readonly ms: number[];
  /** The most memory that a team took until its first lot of a round was over, or the round, round by round. */
  readonly bytes: number[];
}

interface Work {
  readonly teams: number;
  /** How many lots a round has, for each team. */
  readonly lots: number;
  /** How many ms a turn takes at most. */
  readonly turn: number;
}

function step(kind: Kind, count: number, work: Work): Step {
  return { kind, count, ...work, ms: [], bytes: [] };
}

function rateRow(what: string, ours: Step, bare: Step): Row {
  return {
    what: `${ours.count.toLocaleString('en')} ${what}`,
    over: 'bare Kue',
    ours: ours.ms.map((ms) => 1000 / ms),
    theirs: bare.ms.map((ms) => 1000 / ms),
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
  begin(count: number): Promise<void>;
  /** Resolves once a lot is over: all replies to a creator are read, all processors wait for jobs again. */
  end(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a program that creates jobs. */
async function startCreator(kind: Kind): Promise<Workers> {
  const redis = await benchRedis();
  const program = runTypeScript('src/tools/bench/creator.ts', { REDIS_URL: redis.url }, [kind]);
  await once(program.process, 'message');
  return ready(kind, redis, [program], {
    key: 'q:jobs:push_notification_code_3:inactive',
    async begin(count) {
      await removeJobs(redis);
      program.process.send(count);
    },
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
  return ready(kind, redis, programs, {
    key: 'q:jobs:push_notification_code_2:complete',
    async begin(count) {
      await sleep(SETTLE_MS); // a processor that waits for a job may still be at the end of another
      await removeJobs(redis);
      await evalAsync([SAVE_JOBS, '0', String(count)]);
    },
    end: allWait,
  });
};

async function ready(
  kind: Kind,
  redis: Redis,
  programs: readonly Program[],
  { key, begin, end }: Pick<Workers, 'key' | 'begin' | 'end'>,
): Promise<Workers> {
  // Or V8 took some literals for long-lived, in 4 of 22 processors: each job then leaves 260 B to the next full collection.
  await Promise.all(programs.map((program) => ask(program, 'collect')));
  const workers: Workers = {
    redis,
    programs,
    key,
    begin,
    end,
    async stop() {
      await Promise.all(programs.map((program) => program.stop()));
      await redis.stop();
    },
  };
  const warm = step(kind, WARM, { teams: 1, lots: WARM_LOTS, turn: Number.POSITIVE_INFINITY });
  await inTurn(1, { warm: new Lots(workers, warm) });
  return workers;
}

/** Lots of jobs, one after the other, as a side that is measured in turn. */
class Lots implements Side {
  readonly units: number;
  /** The most memory that the workers took until the first lot of a round was over, or the round, round by round. */
  readonly bytes: number[] = [];
  /** How many jobs of the lot that is under way are created or done; undefined between two lots. */
  private done: number | undefined;
  private isPeakKnown = false;

  constructor(
    readonly workers: Workers,
    readonly step: Step,
  ) {
    this.units = step.lots * step.count;
  }

  async begin(): Promise<void> {
    this.isPeakKnown = false;
    await Promise.all(this.workers.programs.map(forgetPeak));
  }

  async goOn(most: number): Promise<Turn> {
    const { workers, step, done: before = 0 } = this;
    const card = promisify<string, number>(workers.redis.client.zcard).bind(workers.redis.client);
    if (this.done === undefined) await workers.begin(step.count);
    else this.signal('SIGCONT');
    const start = performance.now();
    const ms = () => performance.now() - start;
    const goal = Math.min(step.count, before + most);
    let done = await card(workers.key);
    while (done < goal && ms() < step.turn) {
      await sleep(POLL_MS);
      done = await card(workers.key);
    }
    const isLotOver = done === step.count;
    if (isLotOver) await workers.end();
    else this.signal('SIGSTOP');
    const turn = { units: done - before, ms: ms() };
    this.done = isLotOver ? undefined : done;
    if (done >= goal && !this.isPeakKnown) {
      this.bytes.push((await Promise.all(workers.programs.map(peakBytes))).reduce((sum, bytes) => sum + bytes));
      this.isPeakKnown = true;
    }
    return turn;
  }

  private signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    for (const each of [this.workers.redis, ...this.workers.programs]) each.signal(name);
  }
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

async function removeJobs({ client }: Redis): Promise<void> {
  const script = `for _, key in ipairs(redis.call('KEYS', 'q:job*')) do redis.call('DEL', key) end`;
  await promisify<string[], unknown>(client.eval).bind(client)([script, '0']);
}

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
