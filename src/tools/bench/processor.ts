// What 7-job_processor.ts does, on bare Kue.
import kue, { type DoneCallback, type Job } from 'kue';

const blacklistedNumbers = ['4153518780', '4153518781'];
const queue = kue.createQueue({ redis: process.env.REDIS_URL });

queue.process('push_notification_code_2', 2, (job: Job, done: DoneCallback) => {
  const { phoneNumber, message } = job.data;
  job.progress(0, 100);
  if (blacklistedNumbers.includes(phoneNumber)) return done(new Error(`Phone number ${phoneNumber} is blacklisted`));
  job.progress(50, 100);
  console.log(`Sending notification to ${phoneNumber}, with message: ${message}`);
  done();
});
