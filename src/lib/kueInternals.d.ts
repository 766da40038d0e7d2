// The part of Kue that is not in its types: which jobs of this process wait for events.
declare module 'kue/lib/queue/events' {
  import type { Job } from 'kue';

  const events: {
    /** By their ids. Kue forgets a job when it hears of its end. */
    jobs: Record<string, Job[] | undefined>;
  };
  export = events;
}
