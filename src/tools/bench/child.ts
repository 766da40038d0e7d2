// Preloaded into every program that is measured.

// It ends when the benchmark does, however that ends, unless it is made to stand still at that moment.
process.on('disconnect', () => process.exit());

// Empties the young generation, for V8 to judge all programs by the same objects.
process.on('message', (message) => {
  if (message !== 'collect') return;
  gc?.({ type: 'minor' });
  process.send?.('collected');
});
