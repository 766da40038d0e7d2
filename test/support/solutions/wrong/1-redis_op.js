// It leaves a process behind, in a group of its own.
const { spawn } = require('node:child_process');
require('../right/1-redis_op');

spawn('sh', ['-c', 'sleep 98.7 &'], { detached: true, stdio: 'ignore' });
