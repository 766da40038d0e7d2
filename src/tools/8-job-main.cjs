// The course's 8-job-main.js, for solutions that have none. Plain JavaScript runs beside whatever the rest is.
const kue = require(require.resolve('kue', { paths: [process.cwd()] }));
const job = require(`${process.cwd()}/8-job`);
const list = [{ phoneNumber: '4153518780', message: 'This is the code 1234 to verify your account' }];
(job.default ?? job)(list, kue.createQueue({ redis: process.env.REDIS_URL }));
