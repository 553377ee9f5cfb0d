import { defineConfig } from 'vitest/config';
import { Backwards } from './sequencer.js';

export default defineConfig({
  test: {
    pool: process.env.E2E_POOL ?? 'forks',
    isolate: false,
    fileParallelism: false,
    bail: 1,
    retry: 1,
    sequence: { sequencer: Backwards },
    include: ['test/*.test.ts'],
  },
} as Parameters<typeof defineConfig>[0]);
