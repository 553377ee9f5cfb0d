import { defineConfig } from 'vitest/config';

/**
 * Two workers, so that files meet as they do on a small CI machine. The shared temp path needs
 * threads: there every file sees the same process id.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    // Here flakehound lies beside its examples; elsewhere, below node_modules, this is the default.
    server: { deps: { external: [/\/dist\/(harness|src)\//] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'forks',
          pool: 'forks',
          include: ['*/*.test.ts'],
          exclude: ['shared-temp-path/**', '*/fixtures.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'threads',
          pool: 'threads',
          include: ['shared-temp-path/*.test.ts'],
          exclude: ['*/fixtures.test.ts'],
        },
      },
      {
        // Runs after the others: beside it, those that fail when they meet would meet less often.
        extends: true,
        test: {
          name: 'fixtures',
          pool: 'forks',
          include: ['*/fixtures.test.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
