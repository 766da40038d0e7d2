// It leaves a process behind, which ignores Ctrl+C.
require('../right/1-redis_op');
require('node:child_process').spawn('sh', ['-c', 'trap "" INT; sleep 98.7'], { stdio: 'inherit' });
