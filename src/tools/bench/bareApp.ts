// /reserve_product of 9-stock.ts on bare Express and redis: no checks, and no answer for what goes wrong.
import express from 'express';
import { createClient } from 'redis';

const client = createClient(process.env.REDIS_URL ?? '');
const app = express().disable('etag').disable('x-powered-by'); // as in 9-stock.ts

app.get('/reserve_product/:itemId', (request, response) => {
  const key = `item.${request.params.itemId}`;
  client.get(key, (_error, reserved) =>
    client.set(key, `${Number(reserved) + 1}`, () => response.json({ status: 'Reservation confirmed', itemId: 1 })),
  );
});

app.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('Listening on 127.0.0.1'));
