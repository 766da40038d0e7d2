// Preloaded into every program that is measured: it ends when the benchmark does, however that ends.
process.on('disconnect', () => process.exit());
