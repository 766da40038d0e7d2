// Its order is left to luck: a promise waits for a turn more than a callback.
const { createClient, print } = require('redis');

const client = createClient(process.env.REDIS_URL);
client.on('connect', () => console.log('Redis client connected to the server'));
require('node:util').promisify(client.get).call(client, 'Holberton').then(console.log);
client.set('HolbertonSanFrancisco', '100', print);
client.get('HolbertonSanFrancisco', (_error, value) => console.log(value));
