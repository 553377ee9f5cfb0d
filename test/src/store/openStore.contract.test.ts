import { openStore } from '../../../src/openStore.js';
import { describeJobStore } from '../../contract/jobStore.contract.js';
import { storeClock } from '../../support/storeClock.js';
import { StoreMachine } from '../../support/storeMachine.js';

for (const commit of ['now', 'background'] as const) {
  describeJobStore(`the engine that commits ${commit}`, async ({ recordBytes } = {}) => {
    const clock = storeClock();
    const machine = StoreMachine.fresh(clock);
    const open = () =>
      clock.drive(
        openStore('/data/store', {
          platform: machine.process(),
          log: { commit, segmentBytes: 64 * 1024 },
          flushMs: 1000,
          ...(recordBytes === undefined ? {} : { limits: { recordBytes } }),
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
