// Task 10. Runs 8-job.ts with a list of one job.
import createPushNotificationsJobs from './8-job';
import { createQueue } from './lib/queue/createQueue';

const queue = createQueue();

const list = [
  {
    phoneNumber: '4153518780',
    message: 'This is the code 1234 to verify your account',
  },
];
createPushNotificationsJobs(list, queue);
