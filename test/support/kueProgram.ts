// A creator or a processor of plain Kue, or of src/lib: kueProgram.ts (creator|processor) (plain|ours). Both do what Kue's own
// documentation shows. The creator tells the events of each job, by its title, once all have ended.
import kue, { type DoneCallback, type Job } from 'kue';
import { createQueue } from '../../src/lib/queue/createQueue';

const [role, kind] = process.argv.slice(2);
const queue = kind === 'plain' ? kue.createQueue({ redis: process.env.REDIS_URL }) : createQueue();

const EVENTS = ['start', 'progress', 'failed attempt', 'failed', 'complete'];

function create(): void {
  const told = new Map<string, unknown[]>();
  const titles = new Map<number, string>();
  let left = 8;
  const follow = (title: string, data: object = {}) => {
    const job = queue.create('test', { title, ...data });
    const lines: unknown[] = [];
    told.set(title, lines);
    job.on('promotion', () => lines.unshift(['promotion'])); // it may come late: Kue tells it on another connection
    for (const event of EVENTS) {
      // Some of Kue's events have a null, or two, at the end.
      job.on(event, (...args: unknown[]) => lines.push([event, ...args.filter((argument) => argument !== null)]));
    }
    for (const end of ['failed', 'complete']) job.on(end, () => left--);
    return job;
  };
  const saved = (job: Job) => job.save(() => titles.set(job.id, job.data.title));

  saved(follow('result', { result: { sent: 1 } }));
  saved(follow('progress', { progress: { note: 'half' } }));
  saved(follow('fails', { error: 'no answer' }));
  saved(follow('attempts', { error: 'no answer' }).attempts(3));
  saved(follow('fixed', { error: 'no answer' }).attempts(2).backoff({ delay: 100, type: 'fixed' }));
  saved(follow('delay').delay(500));
  saved(follow('ttl', { hold: true }).ttl(300));
  saved(follow('removed').removeOnComplete(true));
  queue.on('job remove', (id: number) => told.get(titles.get(id) ?? '')?.push(['remove']));
  const timer = setInterval(() => {
    if (left > 0) return;
    clearInterval(timer);
    setTimeout(() => console.log(JSON.stringify(Object.fromEntries(told))), 200); // what comes after the ends, too
  }, 50);
}

function work(): void {
  queue.process('test', 4, (job: Job, done: DoneCallback) => {
    const { result, progress, error, hold } = job.data;
    if (progress) Reflect.apply(job.progress, job, []); // asks, and tells nothing
    if (progress) job.progress(1, 2, progress);
    if (!hold) done(error && new Error(error), result);
  });
}

if (role === 'creator') create();
else work();
