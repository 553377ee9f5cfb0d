import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// A plain run leaves out what a hunt must leave out by itself: neither's tool is installed here.
const extras = process.env.E2E_PLAIN === undefined;

const shared = {
  globals: false,
  env: { FROM_CONFIG: 'yes' },
  setupFiles: ['./setup/matchers.ts'],
  alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
};

export default defineConfig({
  define: { BUILD_NAME: JSON.stringify('meaning') },
  test: {
    ...shared,
    pool: process.env.E2E_POOL ?? 'forks',
    maxWorkers: 2,
    globalSetup: ['./setup/global.ts'],
    coverage: { enabled: extras, provider: 'v8', reportsDirectory: './coverage' },
    projects: [
      {
        extends: true,
        test: {
          name: 'plain',
          include: ['test/*.test.ts'],
          provide: { side: 'plain' },
          typecheck: { enabled: extras, include: ['test/*.test-d.ts'] },
        },
      },
      {
        extends: true,
        test: { name: 'twin', include: ['test/{both,fresh-*}.test.ts'], provide: { side: 'twin' } },
      },
    ],
  },
} as Parameters<typeof defineConfig>[0]);
