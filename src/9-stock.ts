// Task 12. A shop: it lists products and reserves them as long as there are any. What is reserved is in Redis, so that any
// number of these servers can sell from the same stock.
import { promisify } from 'node:util';
import express from 'express';
import { failFastRedis } from './lib/server/failFast';
import { errorHandler, getOnly, listen, notFound } from './lib/server/jsonServer';
import { sameOrigin } from './lib/server/sameOrigin';

const listProducts = [
  { itemId: 1, itemName: 'Suitcase 250', price: 50, initialAvailableQuantity: 4 },
  { itemId: 2, itemName: 'Suitcase 450', price: 100, initialAvailableQuantity: 10 },
  { itemId: 3, itemName: 'Suitcase 650', price: 350, initialAvailableQuantity: 2 },
  { itemId: 4, itemName: 'Suitcase 1050', price: 550, initialAvailableQuantity: 5 },
];

// Compared as it is written in the URL: "01" is no product.
function getItemById(id: string) {
  return listProducts.find((item) => String(item.itemId) === id);
}

const { client, defineScript } = failFastRedis();
const getAsync = promisify(client.get).bind(client);

// Others may have reserved since `stock` was computed, so Redis decides, in one step: the next piece, if there is one.
const reserveAsync = defineScript(`
  local reserved = tonumber(redis.call('GET', KEYS[1]) or 0)
  local stock, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
  if reserved >= limit then return 0 end
  redis.call('SET', KEYS[1], math.max(stock, reserved + 1))
  return 1
`);

/** Reserves one more of an item: `stock` are reserved then, or more if others were faster. Resolves to false if none is left. */
async function reserveStockById(itemId: number, stock: number): Promise<boolean> {
  const limit = getItemById(String(itemId))?.initialAvailableQuantity ?? 0;
  return (await reserveAsync([`item.${itemId}`], [stock, limit])) === 1;
}

async function getCurrentReservedStockById(itemId: number): Promise<number> {
  return Number(await getAsync(`item.${itemId}`));
}

export const app = express();

app.use(sameOrigin, getOnly);

app.get('/list_products', (_request, response) => {
  response.json(listProducts);
});

app.get('/list_products/:itemId', async (request, response) => {
  const item = getItemById(request.params.itemId);
  if (!item) {
    response.status(404).json({ status: 'Product not found' });
    return;
  }
  const reserved = await getCurrentReservedStockById(item.itemId);
  response.json({ ...item, currentQuantity: item.initialAvailableQuantity - reserved });
});

app.get('/reserve_product/:itemId', async (request, response) => {
  const item = getItemById(request.params.itemId);
  if (!item) {
    response.status(404).json({ status: 'Product not found' });
    return;
  }
  const { itemId, initialAvailableQuantity } = item;
  const reserved = await getCurrentReservedStockById(itemId);
  if (reserved < initialAvailableQuantity && (await reserveStockById(itemId, reserved + 1))) {
    response.json({ status: 'Reservation confirmed', itemId });
  } else {
    response.status(409).json({ status: 'Not enough stock available', itemId });
  }
});

app.use(notFound, errorHandler);

if (require.main === module) listen(app);
