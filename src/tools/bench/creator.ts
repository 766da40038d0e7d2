// creator.ts project|kue COUNT ...: creates COUNT jobs all at once, then the next COUNT. Prints the ms each took (stderr).
import kue from 'kue';
import createPushNotificationsJobs from '../../8-job';
import { createQueue } from '../../lib/queue/createQueue';

const [kind, ...counts] = process.argv.slice(2);
const queue = kind === 'project' ? createQueue() : kue.createQueue({ redis: process.env.REDIS_URL });
const create = queue.create.bind(queue);
queue.create = (_type, data) => create('push_notification_code_2', data); // the jobs that 7-job_processor.ts does
const job = { phoneNumber: '4153600000', message: 'This is the code 1234 to verify your account' };

async function main(): Promise<void> {
  for (const count of counts.map(Number)) {
    const start = performance.now();
    await new Promise<void>((resolve) => {
      let lines = 0;
      console.log = () => ++lines === count && resolve(); // a line is printed for each job that is created
      createPushNotificationsJobs(new Array(count).fill(job), queue);
    });
    console.error(performance.now() - start);
  }
  process.exit();
}

main();
