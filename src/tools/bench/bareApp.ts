// The same Redis work as in 9-stock.ts and 100-seat.ts, through the same client, on a bare Express app: no checks, no
// answer for what goes wrong, no reconnecting.
import { promisify } from 'node:util';
import express from 'express';
import kue from 'kue';
import { createClient } from 'redis';

const url = process.env.REDIS_URL ?? '';
const client = createClient(url);
const getAsync = promisify(client.get).bind(client);
const evalAsync = promisify<string[], unknown>(client.eval).bind(client);
const queue = kue.createQueue({ redis: url });

const item = { itemId: 1, itemName: 'Suitcase 250', price: 50, initialAvailableQuantity: 4 };
const RESERVE = `
  local reserved = tonumber(redis.call('GET', KEYS[1]) or 0)
  local stock, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
  if reserved >= limit then return 0 end
  redis.call('SET', KEYS[1], math.max(stock, reserved + 1))
  return 1
`;

const app = express();

app.get('/list_products/:itemId', async (request, response) => {
  const reserved = Number(await getAsync(`item.${request.params.itemId}`));
  response.json({ ...item, currentQuantity: item.initialAvailableQuantity - reserved });
});

app.get('/reserve_product/:itemId', async (request, response) => {
  const { itemId, initialAvailableQuantity } = item;
  const key = `item.${request.params.itemId}`;
  const reserved = Number(await getAsync(key));
  if (reserved < initialAvailableQuantity) {
    await evalAsync([RESERVE, '1', key, String(reserved + 1), String(initialAvailableQuantity)]);
    response.json({ status: 'Reservation confirmed', itemId });
  } else {
    response.status(409).json({ status: 'Not enough stock available', itemId });
  }
});

app.get('/available_seats', async (_request, response) => {
  response.json({ numberOfAvailableSeats: await getAsync('available_seats') });
});

app.get('/reserve_seat', (_request, response) => {
  const job = queue
    .create('reserve_seat', {})
    .on('complete', () => console.log(`Seat reservation job ${job.id} completed`))
    .on('failed', (error) => console.log(`Seat reservation job ${job.id} failed: ${error}`));
  job.save(() => response.json({ status: 'Reservation in process' }));
});

app.listen(Number(process.env.PORT), '127.0.0.1');
