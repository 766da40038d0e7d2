// Task 13. Sells 50 seats: a request puts a reservation into a queue, and one worker does them one after the other.
import { promisify } from 'node:util';
import express from 'express';
import type { DoneCallback, Job } from 'kue';
import { createQueue } from './lib/queue/createQueue';
import { failFastRedis } from './lib/server/failFast';
import { errorHandler, getOnly, listen, notFound } from './lib/server/jsonServer';
import { sameOrigin } from './lib/server/sameOrigin';

const redis = failFastRedis();
const { client } = redis;
const getAsync = promisify(client.get).bind(client);

// Redis decides, in one step: two servers may sell at the same time, and a job may be done twice. A job that has a seat keeps it.
const reserveAsync = redis.defineScript(`
  local seats, jobsWithSeat = KEYS[1], KEYS[2]
  local number, job = tonumber(ARGV[1]), ARGV[2]
  if job == '' then -- the launch
    redis.call('DEL', jobsWithSeat)
  else
    local left = tonumber(redis.call('GET', seats) or number + 1)
    if redis.call('SISMEMBER', jobsWithSeat, job) == 1 then return left end
    if left <= 0 then return -1 end
    number = left - 1 -- others may have taken seats since it was computed
    redis.call('SADD', jobsWithSeat, job)
  end
  redis.call('SET', seats, number)
  return number
`);

const SEATS = 50;
let reservationEnabled = true;
let hasSetSeats = false; // at this launch

/** Sets how many seats are available; with a `job`, to one less than there are. Resolves to that number, or -1 if none is left. */
async function reserveSeat(number: number, job = ''): Promise<number> {
  return Number(await reserveAsync(['available_seats', 'available_seats:jobs'], [number, job]));
}

async function getCurrentAvailableSeats(): Promise<number> {
  if (!hasSetSeats) await reserveSeat(SEATS);
  hasSetSeats = true;
  return Number((await getAsync('available_seats')) ?? SEATS);
}

client.once('ready', () => getCurrentAvailableSeats().catch(() => {})); // or the first request does it

const queue = createQueue({ failFast: redis });

export const app = express();

app.use(sameOrigin, getOnly);

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
  queue.process('reserve_seat', async (job: Job, done: DoneCallback) => {
    const seats = await reserveSeat((await getCurrentAvailableSeats()) - 1, String(job.id));
    if (seats <= 0) reservationEnabled = false;
    if (seats >= 0) done();
    else done(new Error('Not enough seats available'));
  });
});

app.use(notFound, errorHandler);

if (require.main === module) listen(app);
