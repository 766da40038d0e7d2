// Its order is left to luck: a promise waits for a turn more than a callback.
const { promisify } = require('node:util');
const redis = require('redis');

const client = redis.createClient(process.env.REDIS_URL);
const getAsync = promisify(client.get).bind(client);
client.on('connect', () => console.log('Redis client connected to the server'));
const display = async (name) => console.log(await getAsync(name));
display('Holberton');
client.set('HolbertonSanFrancisco', '100', redis.print);
display('HolbertonSanFrancisco');
