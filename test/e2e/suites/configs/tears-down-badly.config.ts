import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { globalSetup: ['./bad-teardown.ts'], include: ['test/c.test.ts'] },
});
