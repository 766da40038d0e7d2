// Task 9. Does the jobs of 7-job_creator.ts, two at a time, reports how far each is, and fails those to blacklisted numbers.
import type { DoneCallback, Job } from 'kue';
import { createQueue } from './lib/queue/createQueue';
import { readNotification } from './lib/queue/notification';

const blacklistedNumbers = ['4153518780', '4153518781'];

const queue = createQueue();

function sendNotification(phoneNumber: string, message: string, job: Job, done: DoneCallback): void {
  job.progress(0, 100);
  if (blacklistedNumbers.includes(phoneNumber)) {
    done(new Error(`Phone number ${phoneNumber} is blacklisted`));
    return;
  }
  job.progress(50, 100);
  console.log(`Sending notification to ${phoneNumber}, with message: ${message}`);
  done();
}

queue.process('push_notification_code_2', 2, (job: Job, done: DoneCallback) => {
  const { phoneNumber, message } = readNotification(job.data);
  sendNotification(phoneNumber, message, job, done);
});
