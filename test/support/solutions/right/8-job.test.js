it('is a function', () => require('node:assert').equal(typeof require('./8-job'), 'function'));
