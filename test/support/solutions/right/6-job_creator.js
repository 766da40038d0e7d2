const kue = require('kue');

const queue = kue.createQueue({ redis: process.env.REDIS_URL });
const job = queue.create('push_notification_code', { phoneNumber: '1', message: 'Other data than ours' });
job.on('complete', () => console.log('Notification job completed'));
job.save(() => console.log(`Notification job created: ${job.id}`));
