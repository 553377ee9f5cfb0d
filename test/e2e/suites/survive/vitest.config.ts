import { defineConfig } from 'vitest/config';
import { version } from 'vitest/node';

const pool = process.env.E2E_POOL ?? 'forks';
// A worker thread takes its heap limit from NODE_OPTIONS; a process can be given its own.
const execArgv = pool === 'forks' ? ['--max-old-space-size=128'] : [];

export default defineConfig({
  test: {
    pool,
    maxWorkers: 2,
    ...(version.startsWith('3.') ? { minWorkers: 1, poolOptions: { forks: { execArgv } } } : { execArgv }),
    include: ['test/**/*.test.{ts,js}'],
    allowOnly: true,
    testTimeout: 10_000,
    hookTimeout: 10_000,
    teardownTimeout: 1_000,
  },
} as Parameters<typeof defineConfig>[0]);
