// Task 10. Puts any number of jobs into a queue and follows each; tested by test/8-job.test.ts, run by 8-job-main.ts.
import type { Queue } from 'kue';

/**
 * Creates a job in the queue `push_notification_code_3` for each of `jobs`, and logs what becomes of it (task 10).
 * Throws an `Error`, `Jobs is not an array`, for anything else than an array, before any job is created.
 */
export default function createPushNotificationsJobs(jobs: readonly object[], queue: Queue): void {
  if (!Array.isArray(jobs)) throw new Error('Jobs is not an array');

  for (const data of jobs) {
    const job = queue
      .create('push_notification_code_3', data)
      .on('progress', (percent) => console.log(`Notification job ${job.id} ${percent}% complete`))
      .on('complete', () => console.log(`Notification job ${job.id} completed`))
      .on('failed', (error) => console.log(`Notification job ${job.id} failed: ${error}`));

    job.save((error?: Error) => {
      console.log(error ? `Notification job not created: ${error}` : `Notification job created: ${job.id}`);
    });
  }
}
