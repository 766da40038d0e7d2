// Task 6. Puts a job into a queue, for any process to do: see 6-job_processor.ts. What becomes of it comes back as events.
import { createQueue } from './lib/queue/createQueue';

const queue = createQueue();

const jobData = {
  phoneNumber: '4153518780',
  message: 'This is the code to verify your account',
};

const job = queue
  .create('push_notification_code', jobData)
  .on('complete', () => console.log('Notification job completed'))
  .on('failed', () => console.log('Notification job failed'));

job.save((error?: Error) => {
  console.log(error ? `Notification job not created: ${error}` : `Notification job created: ${job.id}`);
});
