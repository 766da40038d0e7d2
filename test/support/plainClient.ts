// A program of a user of redisConnect: it waits for an element of the list `letters` for as long as it takes, on the client and on a
// duplicate of it, quits both, and has nothing more to do.
import { redisConnect } from '../../src/redisConnect';

const client = redisConnect();
client.blpop('letters', 0, (error, reply) => {
  console.log(error ? `${error}` : `got ${reply}`);
  const duplicate = client.duplicate();
  duplicate.blpop('letters', 0, (error, reply) => {
    console.log(error ? `${error}` : `got ${reply} too`);
    client.quit();
    duplicate.quit();
  });
});
