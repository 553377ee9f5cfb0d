import type { JobStore } from '../../src/jobs/jobStore.js';
import { openStore } from '../../src/openStore.js';
import { StoreMachine } from '../support/storeMachine.js';
import { describeJobStore } from './jobStore.contract.js';

const dir = '/data/store';

// A reopened guest finds the owner still there: what it sees has outlived its own end, not a crash.
describeJobStore('a guest of another process', async ({ recordBytes } = {}) => {
  const machine = StoreMachine.fresh();
  const { clock } = machine;
  const options = recordBytes === undefined ? {} : { limits: { recordBytes } };
  const open = (): Promise<JobStore> =>
    clock.drive(openStore(dir, { ...options, platform: machine.process() }));
  await open();
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
