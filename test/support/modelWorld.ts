import type { JobScriptWorld } from '../../harness/property/arbitraries/runJobScript.js';
import { emptyModelState, type ModelState } from './modelState.js';
import { ModelStore, modelStore } from './modelStore.js';
import type { StoreClock } from './storeClock.js';

/** A model for scripts to run on; it outlives crashes, but for what `updateLater` noted. */
export function modelWorld(
  clock: StoreClock,
  how: { readonly flushMs?: number; readonly state?: ModelState } = {},
): JobScriptWorld {
  const { state = emptyModelState(), flushMs = 1000 } = how;
  const open = () => modelStore({ clock, state, flushMs });
  return {
    store: open(),
    reopen: open,
    crash(store) {
      if (store instanceof ModelStore) store.abandon();
      return open();
    },
    advance: (ms) => clock.advance(ms),
    backupPath: '/backups/model',
  };
}
