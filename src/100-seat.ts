// Task 13. Sells 50 seats: a request puts a reservation into a queue, and one worker does them one after the other.
import { promisify } from 'node:util';
import express from 'express';
import { createQueue, saveNow, wasRefused } from './lib/createQueue';
import { promptRedis, toCount } from './lib/failFast';
import { failed, getOnly, listen, notFound } from './lib/jsonServer';
import { guarded, protectJobs } from './lib/protectJobs';

const { client, patiently } = promptRedis();
const getAsync = promisify(client.get).bind(client);
const setAsync = promisify<string, string, unknown>(client.set).bind(client);

let reservationEnabled = true;
let seatsLeft = 50; // as last set in Redis by this server

async function reserveSeat(number: number): Promise<void> {
  await setAsync('available_seats', String(number));
  seatsLeft = number;
}

async function getCurrentAvailableSeats(): Promise<number> {
  return toCount(await getAsync('available_seats'));
}

// At launch, and again after an outage, in which Redis may have lost or kept the last change without a word.
client.on('ready', () => reserveSeat(seatsLeft).catch(() => {}));

const queue = createQueue();
protectJobs(queue, 'reserve_seat');

async function takeSeat(): Promise<void> {
  const seats = (await getCurrentAvailableSeats()) - 1;
  if (seats < 0) throw new Error('Not enough seats available');
  await reserveSeat(seats);
  if (seats === 0) reservationEnabled = false;
}

export const app = express();

app.use(getOnly);

app.get('/available_seats', async (_request, response) => {
  response.json({ numberOfAvailableSeats: String(await getCurrentAvailableSeats()) });
});

app.get('/reserve_seat', async (_request, response) => {
  if (!reservationEnabled) {
    response.status(409).json({ status: 'Reservation are blocked' });
    return;
  }
  const job = queue
    .create('reserve_seat', {})
    .on('complete', () => console.log(`Seat reservation job ${job.id} completed`))
    .on('failed', (error) => console.log(`Seat reservation job ${job.id} failed: ${error}`));
  try {
    await getCurrentAvailableSeats(); // fails while Redis is away, before anything is queued
    await saveNow(job);
    response.json({ status: 'Reservation in process' });
  } catch {
    response.status(503).json({ status: 'Reservation failed' });
  }
});

let processing = false;

app.get('/process', async (_request, response) => {
  await getCurrentAvailableSeats(); // fails while Redis is away
  response.json({ status: 'Queue processing' });

  if (processing) return;
  processing = true;
  queue.process(
    'reserve_seat',
    guarded(async (job, done) => {
      if (wasRefused(job)) throw new Error('Reservation failed');
      await patiently(takeSeat);
      done();
    }),
  );
});

app.use(notFound);
app.use(failed);

if (require.main === module) listen(app);
