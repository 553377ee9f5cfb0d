import { emptyModelState } from '../support/modelState.js';
import { modelStore } from '../support/modelStore.js';
import { storeClock } from '../support/storeClock.js';
import { describeJobStore } from './jobStore.contract.js';

describeJobStore('the model', async (options) => {
  const clock = storeClock();
  const state = emptyModelState();
  const open = () => modelStore({ clock, state, ...options });
  let store = open();
  return {
    store,
    clock,
    async reopen() {
      await store.close();
      store = open();
      return store;
    },
    backupPath: '/backups/model',
  };
});
