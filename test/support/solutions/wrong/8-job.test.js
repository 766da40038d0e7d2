describe('no test', () => {});
