// It hangs, and Ctrl+C does not end it.
process.on('SIGINT', () => {});
setInterval(() => {}, 1000);
