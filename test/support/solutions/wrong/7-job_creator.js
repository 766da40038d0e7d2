throw new TypeError('It crashes');
