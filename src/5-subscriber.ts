// Task 5. Listens on a channel and shows each message, until one says to stop. Start it before 5-publisher.ts.
import { redisConnect } from './redisConnect';

const CHANNEL = 'holberton school channel';

const client = redisConnect();

client.on('ready', () => client.subscribe(CHANNEL));

client.on('message', (_channel, message) => {
  console.log(message);
  if (message === 'KILL_SERVER') {
    client.removeAllListeners('message');
    client.unsubscribe(CHANNEL);
    client.quit();
  }
});
