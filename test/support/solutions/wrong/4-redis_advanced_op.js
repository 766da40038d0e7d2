// It prints without end.
const print = () => {
  console.log('Redis client connected to the server');
  setImmediate(print);
};
print();
