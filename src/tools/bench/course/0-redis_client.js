import redis from 'redis';

const client = redis.createClient(process.env.REDIS_URL);
client.on('connect', () => console.log('Redis client connected to the server'));
