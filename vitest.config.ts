import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/suites/**'],
    // A limit is there against hangs. A machine that does ten other things is slow, not hung.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Hunts mostly wait: one file at a time, the default on two cores, leaves them idle.
    maxWorkers: 3,
  },
});
