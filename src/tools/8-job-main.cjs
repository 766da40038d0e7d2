// The course's 8-job-main.js, for solutions that have none. Plain JavaScript runs beside whatever the rest is.
const kue = require(require.resolve('kue', { paths: [process.cwd()] }));
const exported = require(require.resolve('./8-job', { paths: [process.cwd(), `${process.cwd()}/src`] }));
const list = [{ phoneNumber: '4153518780', message: 'This is the code 1234 to verify your account' }];
const createPushNotificationsJobs = exported.default ?? exported;
createPushNotificationsJobs(list, kue.createQueue({ redis: process.env.REDIS_URL }));
