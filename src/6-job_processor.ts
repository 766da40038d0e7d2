// Task 7. Does the jobs of a queue, one at a time, as they come from 6-job_creator.ts.
import type { DoneCallback, Job } from 'kue';
import { createQueue } from './lib/queue/createQueue';
import { readNotification } from './lib/queue/notification';

const queue = createQueue();

function sendNotification(phoneNumber: string, message: string): void {
  console.log(`Sending notification to ${phoneNumber}, with message: ${message}`);
}

queue.process('push_notification_code', (job: Job, done: DoneCallback) => {
  const { phoneNumber, message } = readNotification(job.data);
  sendNotification(phoneNumber, message);
  done();
});
