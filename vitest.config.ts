import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/suites/**'],
    testTimeout: 20_000,
    // Hunts mostly wait: one file at a time, the default on two cores, leaves them idle.
    maxWorkers: 3,
  },
});
