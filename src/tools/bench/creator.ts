// creator.ts ours|bare: creates as many jobs as it is told to, each time it is, on the project's queue or on bare Kue's.
import kue from 'kue';
import createPushNotificationsJobs from '../../8-job';
import { createQueue } from '../../lib/createQueue';

const queue = process.argv[2] === 'ours' ? createQueue() : kue.createQueue({ redis: process.env.REDIS_URL });

process.on('message', (message) => {
  if (message === 'end') queue.client.ping(() => process.send?.('ended')); // Redis replies in order
  if (typeof message !== 'number') return;
  const jobs = Array.from({ length: message }, (_, index) => ({
    phoneNumber: String(4_153_600_000 + index),
    message: 'This is the code 1234 to verify your account',
  }));
  createPushNotificationsJobs(jobs, queue);
});
queue.client.once('ready', () => process.send?.('ready'));
