// Task 4. Stores a hash, a key that holds several named values, and reads it back whole.
import { print } from 'redis';
import { redisConnect } from './redisConnect';

const client = redisConnect();

// hset replies 1 for a new field and 0 for one that was there: start without the hash, to show the same on every run.
client.del('HolbertonSchools');

client.hset('HolbertonSchools', 'Portland', '50', print);
client.hset('HolbertonSchools', 'Seattle', '80', print);
client.hset('HolbertonSchools', 'New York', '20', print);
client.hset('HolbertonSchools', 'Bogota', '20', print);
client.hset('HolbertonSchools', 'Cali', '40', print);
client.hset('HolbertonSchools', 'Paris', '2', print);

client.hgetall('HolbertonSchools', (error, schools) => {
  console.log(error ? `${error}` : schools);
});
