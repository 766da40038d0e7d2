// Task 12. A shop: lists products, and reserves them as long as there are any.
import { promisify } from 'node:util';
import express from 'express';
import { listen, notFound, serverError } from './jsonServer';
import { redisConnect } from './redisConnect';

const listProducts = [
  { itemId: 1, itemName: 'Suitcase 250', price: 50, initialAvailableQuantity: 4 },
  { itemId: 2, itemName: 'Suitcase 450', price: 100, initialAvailableQuantity: 10 },
  { itemId: 3, itemName: 'Suitcase 650', price: 350, initialAvailableQuantity: 2 },
  { itemId: 4, itemName: 'Suitcase 1050', price: 550, initialAvailableQuantity: 5 },
];

function getItemById(id: string) {
  return listProducts.find((item) => String(item.itemId) === id);
}

const client = redisConnect();
const getAsync = promisify(client.get).bind(client);
const setAsync = promisify<string, string, unknown>(client.set).bind(client);

async function reserveStockById(itemId: number, stock: number): Promise<void> {
  await setAsync(`item.${itemId}`, String(stock));
}

async function getCurrentReservedStockById(itemId: number): Promise<number> {
  return Number(await getAsync(`item.${itemId}`));
}

export const app = express();

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
  if (reserved >= initialAvailableQuantity) {
    response.status(409).json({ status: 'Not enough stock available', itemId });
    return;
  }
  await reserveStockById(itemId, reserved + 1);
  response.json({ status: 'Reservation confirmed', itemId });
});

app.use(notFound);
app.use(serverError);

if (require.main === module) listen(app);
