import { vi } from 'vitest';
import type { Executor } from '../../../harness/runner/executor.js';
import { executorContract, type MakeExecutor } from '../../contract/executor.contract.js';
import { executorOver, never, plan, sourcesOf } from '../../support/localExecutors.js';

// Each test starts the user's Vitest anew, some let a worker stall.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** Files are forked from their second run on: the first one is carried out while it opens. */
const withForks: MakeExecutor = async (files) => {
  const executor = await executorOver('auto', sourcesOf(files));
  const warm: Executor = {
    async open() {
      const selection = await executor.open();
      for await (const _ of executor.run(plan, never));
      return selection;
    },
    run: (asked, signal) => executor.run(asked, signal),
    close: () => executor.close(),
  };
  return warm;
};

executorContract('the local executor with forks of templates', withForks);
