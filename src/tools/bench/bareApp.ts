// The Redis work of 9-stock.ts and 100-seat.ts on a bare Express app: no checks, and no answer for what goes wrong.
import { promisify } from 'node:util';
import express from 'express';
import kue from 'kue';
import { createClient } from 'redis';

const url = process.env.REDIS_URL ?? '';
const client = createClient(url).on('ready', () => console.log('Redis client connected to the server'));
const getAsync = promisify(client.get).bind(client);
const evalAsync = promisify<string[], unknown>(client.eval).bind(client);
const queue = kue.createQueue({ redis: url });

const RESERVE = `
  local reserved = tonumber(redis.call('GET', KEYS[1]) or 0)
  if reserved >= tonumber(ARGV[2]) then return 0 end
  redis.call('SET', KEYS[1], math.max(ARGV[1], reserved + 1))
  return 1
`;

const app = express();

app.get('/reserve_product/:itemId', async (request, response) => {
  const key = `item.${request.params.itemId}`;
  const reserved = Number(await getAsync(key));
  if (reserved < 4) {
    await evalAsync([RESERVE, '1', key, String(reserved + 1), '4']);
    response.json({ status: 'Reservation confirmed', itemId: 1 });
  } else {
    response.status(409).json({ status: 'Not enough stock available', itemId: 1 });
  }
});

app.get('/available_seats', async (_request, response) => {
  response.json({ numberOfAvailableSeats: await getAsync('available_seats') });
});

app.get('/reserve_seat', (_request, response) => {
  queue.create('reserve_seat', {}).save(() => response.json({ status: 'Reservation in process' }));
});

app.listen(Number(process.env.PORT), '127.0.0.1');
