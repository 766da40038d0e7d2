const express = require('express');

const client = require('redis').createClient(process.env.REDIS_URL);
const products = [
  { itemId: 1, itemName: 'Suitcase 250', price: 50, initialAvailableQuantity: 4 },
  { itemId: 2, itemName: 'Suitcase 450', price: 100, initialAvailableQuantity: 10 },
  { itemId: 3, itemName: 'Suitcase 650', price: 350, initialAvailableQuantity: 2 },
  { itemId: 4, itemName: 'Suitcase 1050', price: 550, initialAvailableQuantity: 5 },
];

const app = express();
app.get('/list_products', (_request, response) => response.json(products));
app.get('/:route/:id', ({ params: { route, id } }, response) => {
  const product = products[id - 1];
  if (!product) return response.json({ status: 'Product not found' });
  const { itemId, initialAvailableQuantity: stock } = product;
  const list = (_error, sold) => response.json({ ...product, currentQuantity: stock - Number(sold) });
  const reserve = (_error, sold) =>
    response.json({ status: sold <= stock ? 'Reservation confirmed' : 'Not enough stock available', itemId });
  if (route === 'list_products') client.get(`item.${id}`, list);
  else client.incr(`item.${id}`, reserve);
});
app.listen(process.env.PORT, () => console.log('The course shows no such line'));
