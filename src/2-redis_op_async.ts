// Task 3. The same as task 2, reading with async/await: promisify turns a function with a callback into one with a promise.
import { promisify } from 'node:util';
import { print } from 'redis';
import { redisConnect } from './redisConnect';

const client = redisConnect();
const getAsync = promisify(client.get).bind(client);

function setNewSchool(schoolName: string, value: string): void {
  client.set(schoolName, value, print);
}

async function displaySchoolValue(schoolName: string): Promise<void> {
  try {
    console.log(await getAsync(schoolName));
  } catch (error) {
    console.log(`${error}`);
  }
}

async function main(): Promise<void> {
  // Without this await, a reply that arrives together with the next one would be shown after it.
  await displaySchoolValue('Holberton');
  setNewSchool('HolbertonSanFrancisco', '100');
  await displaySchoolValue('HolbertonSanFrancisco');
}

main();
