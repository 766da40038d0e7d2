const redis = require('redis');

const client = redis.createClient(process.env.REDIS_URL);
client.on('connect', () => console.log('Redis client connected to the server'));
client.get('Holberton', (_error, school) => console.log(school));
client.set('HolbertonSanFrancisco', '100', redis.print);
client.get('HolbertonSanFrancisco', (_error, value) => console.log(value));
