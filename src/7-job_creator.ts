// Task 8. Puts eleven jobs into a queue and follows each: its progress, its completion or why it failed.
import { createQueue } from './lib/queue/createQueue';

const jobs = [
  { phoneNumber: '4153518780', message: 'This is the code 1234 to verify your account' },
  { phoneNumber: '4153518781', message: 'This is the code 4562 to verify your account' },
  { phoneNumber: '4153518743', message: 'This is the code 4321 to verify your account' },
  { phoneNumber: '4153538781', message: 'This is the code 4562 to verify your account' },
  { phoneNumber: '4153118782', message: 'This is the code 4321 to verify your account' },
  { phoneNumber: '4153718781', message: 'This is the code 4562 to verify your account' },
  { phoneNumber: '4159518782', message: 'This is the code 4321 to verify your account' },
  { phoneNumber: '4158718781', message: 'This is the code 4562 to verify your account' },
  { phoneNumber: '4153818782', message: 'This is the code 4321 to verify your account' },
  { phoneNumber: '4154318781', message: 'This is the code 4562 to verify your account' },
  { phoneNumber: '4151218782', message: 'This is the code 4321 to verify your account' },
];

const queue = createQueue();

for (const data of jobs) {
  const job = queue
    .create('push_notification_code_2', data)
    .on('progress', (percentage) => console.log(`Notification job #${job.id} ${percentage}% complete`))
    .on('complete', () => console.log(`Notification job #${job.id} completed`))
    .on('failed', (error) => console.log(`Notification job #${job.id} failed: ${error}`));

  job.save((error?: Error) => {
    console.log(error ? `Notification job not created: ${error}` : `Notification job created: ${job.id}`);
  });
}
