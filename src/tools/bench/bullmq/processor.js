// What 7-job_processor.ts does, on BullMQ.
import { Worker } from 'bullmq';

async function sendNotification(job) {
  await job.updateProgress(0);
  await job.updateProgress(50);
  console.log(`Sending notification to ${job.data.phoneNumber}, with message: ${job.data.message}`);
}

new Worker('notifications', sendNotification, { connection: { url: process.env.REDIS_URL }, concurrency: 2 });
