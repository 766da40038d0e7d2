// creator.ts ours|bare COUNT: creates COUNT jobs when it is told to, on the project's queue or on bare Kue's.
import kue from 'kue';
import createPushNotificationsJobs from '../../8-job';
import { createQueue } from '../../kueQueue';

const [kind, count] = process.argv.slice(2);
const queue = kind === 'ours' ? createQueue() : kue.createQueue({ redis: process.env.REDIS_URL });
const jobs = Array.from({ length: Number(count) }, (_, index) => ({
  phoneNumber: String(4_153_600_000 + index),
  message: 'This is the code 1234 to verify your account',
}));

process.once('message', () => createPushNotificationsJobs(jobs, queue));
queue.client.once('ready', () => process.send?.('ready'));
