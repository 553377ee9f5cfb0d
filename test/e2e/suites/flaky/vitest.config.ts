import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { pool: process.env.E2E_POOL ?? 'forks', maxWorkers: 2 },
} as Parameters<typeof defineConfig>[0]);
