import { openStore } from '../../../src/openStore.js';
import type { StoreOptions } from '../../../src/store/options.js';
import { describeJobStore } from '../../contract/jobStore.contract.js';
import { storeClock } from '../../support/storeClock.js';
import { StoreMachine } from '../../support/storeMachine.js';

const small = { segmentBytes: 64 * 1024 };
const variants: Readonly<Record<string, StoreOptions>> = {
  'the engine that commits in the background': { log: { commit: 'background', ...small } },
  'the engine with a checkpoint after every commit': {
    log: { commit: 'now', segmentBytes: 4096 },
    checkpoint: { logBytes: 1 },
  },
  'the engine without a cache': {
    log: { commit: 'now', ...small },
    checkpoint: { logBytes: 1 },
    cacheBytes: 0,
  },
};

for (const [name, options] of Object.entries(variants)) {
  describeJobStore(name, async ({ recordBytes } = {}) => {
    const clock = storeClock();
    const machine = StoreMachine.fresh(clock);
    const open = () =>
      clock.drive(
        openStore('/data/store', {
          flushMs: 1000,
          ...options,
          ...(recordBytes === undefined ? {} : { limits: { recordBytes } }),
          platform: machine.process(),
        }),
      );
    let store = await open();
    return {
      store,
      clock,
      async reopen() {
        await clock.drive(store.close());
        store = await open();
        return store;
      },
      backupPath: '/data/backup',
    };
  });
}
