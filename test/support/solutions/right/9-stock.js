const express = require('express');
const redis = require('redis');

const client = redis.createClient(process.env.REDIS_URL);
const products = [
  [1, 'Suitcase 250', 50, 4],
  [2, 'Suitcase 450', 100, 10],
  [3, 'Suitcase 650', 350, 2],
  [4, 'Suitcase 1050', 550, 5],
].map(([itemId, itemName, price, stock]) => ({ itemId, itemName, price, initialAvailableQuantity: stock }));

const app = express();
app.get('/list_products', (_request, response) => response.json(products));
app.param('id', (request, response, next, id) => {
  request.product = products.find(({ itemId }) => itemId === Number(id));
  if (request.product) next();
  else response.json({ status: 'Product not found' });
});
app.get('/list_products/:id', ({ product }, response) => {
  client.get(`item.${product.itemId}`, (_error, reserved) =>
    response.json({ ...product, currentQuantity: product.initialAvailableQuantity - Number(reserved) }),
  );
});
app.get('/reserve_product/:id', ({ product: { itemId, initialAvailableQuantity } }, response) => {
  client.incr(`item.${itemId}`, (_error, reserved) => {
    const status = reserved <= initialAvailableQuantity ? 'Reservation confirmed' : 'Not enough stock available';
    response.json({ status, itemId });
  });
});
app.listen(process.env.PORT, () => console.log('The course shows no such line'));
