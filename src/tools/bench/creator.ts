// creator.ts COUNT ...: creates COUNT jobs at once, then the next COUNT. Prints the ms that each took.
import { createQueue } from '../../lib/queue/createQueue';

const queue = createQueue();
const data = { phoneNumber: '4153600000', message: 'This is the code 1234 to verify your account' };
const save = () => new Promise((resolve) => queue.create('push_notification_code_2', data).save(resolve));

(async () => {
  for (const count of process.argv.slice(2)) {
    const start = performance.now();
    await Promise.all(Array.from({ length: Number(count) }, save));
    console.log(performance.now() - start);
  }
  process.exit();
})();
