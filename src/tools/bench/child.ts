// Preloaded into every program that is measured.

// It ends when the benchmark does, however that ends.
process.on('disconnect', () => process.exit());

process.on('message', (message) => {
  if (message !== 'collect') return;
  gc?.({ type: 'minor' });
  process.send?.('collected');
});
