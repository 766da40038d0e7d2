// Task 11. Tests 8-job.ts in Kue's test mode: jobs are kept in an array instead of being put into Redis.
import { expect } from 'chai';
import type { Job, Queue } from 'kue';
import sinon from 'sinon';
import createPushNotificationsJobs from '../src/8-job';
import { createQueue } from '../src/lib/queue/createQueue';
import { type RedisServer, startRedis } from '../src/tools/sessions/redisServer';

describe('createPushNotificationsJobs', () => {
  const list = [
    { phoneNumber: '4153518780', message: 'This is the code 1234 to verify your account' },
    { phoneNumber: '4153518781', message: 'This is the code 4562 to verify your account' },
  ];
  let redis: RedisServer;
  let queue: Queue;
  let log: sinon.SinonStub;

  before(async () => {
    redis = await startRedis();
    process.env.REDIS_URL = redis.url;
    queue = createQueue();
    queue.testMode.enter();
  });

  beforeEach(() => {
    log = sinon.stub(console, 'log');
  });

  afterEach(() => {
    log.restore();
    queue.testMode.clear();
  });

  after(async () => {
    queue.testMode.exit();
    await new Promise<void>((resolve) => queue.shutdown(0, () => resolve()));
    delete process.env.REDIS_URL;
    await redis.stop();
  });

  function logged(): string[] {
    return log.args.map(([line]) => line);
  }

  function firstOf(jobs: Job[]): Job {
    const [job] = jobs;
    if (!job) throw new Error('no job was created');
    return job;
  }

  for (const [kind, jobs] of Object.entries({
    'an object': {},
    'an object like an array': { length: 1, 0: list[0] },
    'a string': 'jobs',
    'a number': 2,
    null: null,
    undefined: undefined,
    'a function': () => list,
  })) {
    it(`displays an error message if jobs is ${kind} and not an array`, () => {
      expect(() => Reflect.apply(createPushNotificationsJobs, undefined, [jobs, queue])).to.throw(
        Error,
        /^Jobs is not an array$/,
      );
      expect(queue.testMode.jobs).to.deep.equal([]);
    });
  }

  it('creates no job for an empty array', () => {
    createPushNotificationsJobs([], queue);
    expect(queue.testMode.jobs).to.deep.equal([]);
    expect(logged()).to.deep.equal([]);
  });

  it('creates two new jobs to the queue, of the type push_notification_code_3, in order', () => {
    createPushNotificationsJobs(list, queue);
    expect(queue.testMode.jobs.map(({ type, data }) => ({ type, data }))).to.deep.equal(
      list.map((data) => ({ type: 'push_notification_code_3', data })),
    );
  });

  it('logs each job created', () => {
    createPushNotificationsJobs(list, queue);
    expect(logged()).to.deep.equal(queue.testMode.jobs.map(({ id }) => `Notification job created: ${id}`));
  });

  for (const { event, argument, line } of [
    { event: 'complete', argument: undefined, line: 'completed' },
    { event: 'failed', argument: 'Phone number is blacklisted', line: 'failed: Phone number is blacklisted' },
    { event: 'progress', argument: 50, line: '50% complete' },
  ]) {
    it(`logs "Notification job ID ${line}"`, () => {
      createPushNotificationsJobs(list, queue);
      log.resetHistory();
      const job = firstOf(queue.testMode.jobs);
      job.emit(event, argument);
      expect(logged()).to.deep.equal([`Notification job ${job.id} ${line}`]);
    });
  }
});
