// The part of Kue that is not in its types: which jobs of this process wait for events, and how these come.
declare module 'kue/lib/queue/events' {
  import type { Job } from 'kue';

  const events: {
    /** By their ids. Kue forgets a job when it hears of its end. */
    jobs: Record<string, Job[] | undefined>;
    /** What Kue does with a message on its channel. */
    onMessage(channel: string, text: string): void;
  };
  export = events;
}
