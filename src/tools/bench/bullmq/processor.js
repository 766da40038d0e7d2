// What 7-job_processor.ts does, on BullMQ.
import { Worker } from 'bullmq';

const blacklistedNumbers = ['4153518780', '4153518781'];
const connection = { url: process.env.REDIS_URL };

async function sendNotification(job) {
  const { phoneNumber, message } = job.data;
  await job.updateProgress(0);
  if (blacklistedNumbers.includes(phoneNumber)) throw new Error(`Phone number ${phoneNumber} is blacklisted`);
  await job.updateProgress(50);
  console.log(`Sending notification to ${phoneNumber}, with message: ${message}`);
}

new Worker('push_notification_code_2', sendNotification, { connection, concurrency: 2 });
