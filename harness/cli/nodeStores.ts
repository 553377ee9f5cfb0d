import { checkStore, openStore, restoreStore, storeHolder } from '../../src/index.js';
import { storeFolderOf } from '../history/openHistory.js';
import type { Stores } from './io.js';

/** The stores of this machine. A store that a live process holds is read through it, others without a trace. */
export const nodeStores: Stores = {
  folderOf: storeFolderOf,
  async open(folder, use) {
    const isTraceless = use === 'read' && (await storeHolder(folder)) === null;
    return await openStore(folder, { missing: 'fail', mode: isTraceless ? 'readOnly' : 'shared' });
  },
  check: (folder) => checkStore(folder),
  restore: (from, folder, how) => restoreStore(from, folder, how),
};
