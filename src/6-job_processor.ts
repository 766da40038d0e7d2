// Task 7. Does the jobs of a queue, one at a time, as they come from 6-job_creator.ts.
import { createQueue } from './lib/createQueue';
import { readNotification } from './lib/notification';
import { guarded, protectJobs } from './lib/protectJobs';

const queue = createQueue();

function sendNotification(phoneNumber: string, message: string): void {
  console.log(`Sending notification to ${phoneNumber}, with message: ${message}`);
}

queue.process(
  'push_notification_code',
  guarded((job, done) => {
    const { phoneNumber, message } = readNotification(job.data);
    sendNotification(phoneNumber, message);
    done();
  }),
);
protectJobs(queue, 'push_notification_code');
