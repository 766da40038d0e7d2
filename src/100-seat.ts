// Task 13. Sells 50 seats: requests put reservations into a queue, and a worker does them one after the other.
import { promisify } from 'node:util';
import express from 'express';
import type { DoneCallback, Job } from 'kue';
import { listen, notFound, serverError } from './jsonServer';
import { createQueue } from './kueQueue';
import { redisConnect } from './redisConnect';

const client = redisConnect();
const getAsync = promisify(client.get).bind(client);
const setAsync = promisify<string, string, unknown>(client.set).bind(client);

async function reserveSeat(number: number): Promise<void> {
  await setAsync('available_seats', String(number));
}

async function getCurrentAvailableSeats(): Promise<number> {
  return Number(await getAsync('available_seats'));
}

let reservationEnabled = true;
reserveSeat(50);

const queue = createQueue();

export const app = express();

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

app.get('/process', (_request, response) => {
  response.json({ status: 'Queue processing' });

  queue.process('reserve_seat', async (_job: Job, done: DoneCallback) => {
    const seats = (await getCurrentAvailableSeats()) - 1;
    if (seats === 0) reservationEnabled = false;
    if (seats < 0) {
      done(new Error('Not enough seats available'));
      return;
    }
    await reserveSeat(seats);
    done();
  });
});

app.use(notFound);
app.use(serverError);

if (require.main === module) listen(app);
