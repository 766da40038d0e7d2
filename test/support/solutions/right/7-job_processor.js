const kue = require('kue');

const queue = kue.createQueue({ redis: process.env.REDIS_URL });
queue.process('push_notification_code_2', 2, (job, done) => {
  const { phoneNumber, message } = job.data;
  job.progress(0, 100);
  if (/^415351878[01]$/.test(phoneNumber)) return done(new Error(`Phone number ${phoneNumber} is blacklisted`));
  job.progress(50, 100);
  console.log(`Sending notification to ${phoneNumber}, with message: ${message}`);
  done();
});
