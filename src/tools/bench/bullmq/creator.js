// What creator.ts does, on BullMQ.
import { Queue } from 'bullmq';

const queue = new Queue('notifications', { connection: { url: process.env.REDIS_URL } });
const data = { phoneNumber: '4153600000', message: 'This is the code 1234 to verify your account' };

for (const count of process.argv.slice(2)) {
  const start = performance.now();
  await Promise.all(Array.from({ length: count }, () => queue.add('notification', data)));
  console.log(performance.now() - start);
}
process.exit();
