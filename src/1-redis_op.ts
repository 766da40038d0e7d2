// Task 2. Stores a value under a key and reads it back, with callbacks.
import { print } from 'redis';
import { redisConnect } from './redisConnect';

const client = redisConnect();

function setNewSchool(schoolName: string, value: string): void {
  client.set(schoolName, value, print);
}

function displaySchoolValue(schoolName: string): void {
  client.get(schoolName, (error, value) => {
    console.log(error ? `${error}` : value);
  });
}

displaySchoolValue('Holberton');
setNewSchool('HolbertonSanFrancisco', '100');
displaySchoolValue('HolbertonSanFrancisco');
