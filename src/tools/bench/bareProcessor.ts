// What 7-job_processor.ts does, on bare Kue.
import kue, { type DoneCallback, type Job } from 'kue';

const blacklistedNumbers = ['4153518780', '4153518781'];

const queue = kue.createQueue({ redis: process.env.REDIS_URL });

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
  sendNotification(job.data.phoneNumber, job.data.message, job, done);
});
