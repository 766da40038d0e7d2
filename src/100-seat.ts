// Task 13. Sells 50 seats: a request puts a reservation into a queue, and one worker does them one after the other.
import { promisify } from 'node:util';
import express from 'express';
import type { DoneCallback, Job } from 'kue';
import { createQueue } from './lib/createQueue';
import { failFastRedis, toCount } from './lib/failFast';
import { errorHandler, listen, notFound, sameOriginGet } from './lib/jsonServer';

const redis = failFastRedis();
const { client } = redis;
const getAsync = promisify(client.get).bind(client);
const setAsync = redis.defineScript("return redis.call('SET', KEYS[1], ARGV[1])"); // not done later, once it has timed out

let reservationEnabled = true;
let seatsLeft = 50; // as last set by this server
let isSet = false; // in this connection: in an outage Redis may have lost or kept the last change without a word

async function reserveSeat(number: number): Promise<void> {
  await setAsync(['available_seats'], [number]);
  seatsLeft = number;
  isSet = true;
}

async function getCurrentAvailableSeats(): Promise<number> {
  if (!isSet) await reserveSeat(seatsLeft);
  return toCount(await getAsync('available_seats'));
}

client.on('end', () => {
  isSet = false;
});
client.on('ready', () => getCurrentAvailableSeats().catch(() => {})); // sets the 50 seats at launch

const queue = createQueue({ failFast: redis });

export const app = express();

app.use(sameOriginGet);

app.get('/available_seats', async (_request, response) => {
  response.json({ numberOfAvailableSeats: String(await getCurrentAvailableSeats()) });
});

app.get('/reserve_seat', (_request, response) => {
  if (!reservationEnabled) {
    response.status(409).json({ status: 'Reservation are blocked' });
    return;
  }
  const job = queue
    .create('reserve_seat', {})
    .on('complete', () => console.log(`Seat reservation job ${job.id} completed`))
    .on('failed', (error) => console.log(`Seat reservation job ${job.id} failed: ${error}`));

  job.save((error?: Error) => {
    if (error) response.status(503).json({ status: 'Reservation failed' });
    else response.json({ status: 'Reservation in process' });
  });
});

let isProcessing = false;

app.get('/process', async (_request, response) => {
  await getCurrentAvailableSeats(); // fails while Redis is away
  response.json({ status: 'Queue processing' });

  if (isProcessing) return;
  isProcessing = true;
  queue.process('reserve_seat', async (_job: Job, done: DoneCallback) => {
    const seats = (await getCurrentAvailableSeats()) - 1;
    if (seats < 0) {
      done(new Error('Not enough seats available'));
      return;
    }
    await reserveSeat(seats);
    if (seats === 0) reservationEnabled = false;
    done();
  });
});

app.use(notFound);
app.use(errorHandler);

if (require.main === module) listen(app);
