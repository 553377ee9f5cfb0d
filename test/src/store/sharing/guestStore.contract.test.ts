import { connectGuest } from '../../../../src/store/sharing/connectGuest.js';
import { GuestDesk } from '../../../../src/store/sharing/guestDesk.js';
import { describeJobStore } from '../../../contract/jobStore.contract.js';
import { emptyModelState } from '../../../support/modelState.js';
import { modelStore } from '../../../support/modelStore.js';
import { sharedPlace } from './sharedPlace.js';

describeJobStore('a guest of the model', async (options) => {
  const place = sharedPlace();
  const state = emptyModelState();
  const { clock, channels, dir } = place;
  const join = async () => {
    const owner = modelStore({ clock, state, dir, ...options });
    const desk = new GuestDesk(clock);
    const { address } = await channels.listen(dir, (channel) => desk.accept(channel));
    desk.serve({
      store: owner,
      epoch: 1,
      files: place.platform(1).files,
      noteError: (error) => (owner as unknown as { note(e: Error): void }).note(error),
    });
    const joined = await connectGuest({
      platform: place.platform(2),
      dir,
      address,
      owner: { pid: 1, patience: 1000 },
      patience: 1000,
      flush: 1000,
    });
    if (joined.kind !== 'guest') throw new Error('a stranger');
    const { store } = joined;
    // The owner tells listeners ten times a second: to close, time has to go on.
    const end = store.close;
    store.close = () => clock.drive(end());
    // What the guest itself refuses is refused sooner than what the owner does; the contract looks
    // at promises one after the other.
    const { transition } = store;
    store.transition = (...args) => {
      const moved = transition(...args);
      moved.catch(() => undefined);
      return moved;
    };
    return { store, owner };
  };
  let joined = await join();
  return {
    store: joined.store,
    clock,
    async reopen() {
      await joined.store.close();
      await joined.owner.close();
      joined = await join();
      return joined.store;
    },
    backupPath: '/backups/model',
  };
});
