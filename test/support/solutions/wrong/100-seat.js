// Text instead of JSON.
const http = require('node:http');

http.createServer((_request, response) => response.end('50')).listen(process.env.PORT);
