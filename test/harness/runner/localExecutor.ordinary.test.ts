import { vi } from 'vitest';
import { executorContract } from '../../contract/executor.contract.js';
import { executorOver, sourcesOf } from '../../support/localExecutors.js';

// Each test starts the user's Vitest anew, some let a worker stall.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

executorContract('the local executor with ordinary workers', (files) =>
  executorOver('vitest', sourcesOf(files)),
);
