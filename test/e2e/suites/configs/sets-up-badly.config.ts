import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { globalSetup: ['./bad-setup.ts'], include: ['test/a.test.ts'] },
});
