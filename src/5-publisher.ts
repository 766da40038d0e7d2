// Task 5. Sends messages to a channel: whoever is subscribed at that moment gets them, see 5-subscriber.ts.
import { redisConnect } from './redisConnect';

const CHANNEL = 'holberton school channel';

const client = redisConnect();
const connected = new Promise((resolve) => client.once('ready', resolve));

async function publishMessage(message: string, time: number): Promise<void> {
  await connected; // the time counts from then on
  setTimeout(() => {
    console.log(`About to send ${message}`);
    client.publish(CHANNEL, message);
  }, time);
}

publishMessage('Holberton Student #1 starts course', 100);
publishMessage('Holberton Student #2 starts course', 200);
publishMessage('KILL_SERVER', 300);
publishMessage('Holberton Student #3 starts course', 400);
