import { type ReadManifest, readManifest } from '../engine/files/manifest.js';
import type { JobStore } from '../jobs/jobStore.js';
import type { Platform } from '../ports/platform.js';
import { openOwner } from './openOwner.js';
import type { StoreSettings } from './options.js';
import { OwnerStore } from './ownerStore.js';
import { sharedStore } from './sharing/sharedStore.js';
import { enterFolder, refuseHeadless } from './storeFolder.js';

/**
 * Opens the store in a folder, in the role that the settings and the other processes leave.
 *
 * @param dir - absolute
 * @throws FlakehoundError `STORE_DIR`, `STORE_LOCKED`, `STORE_LOCK`, and as `openOwner`
 */
export async function openShared(
  platform: Platform,
  dir: string,
  settings: StoreSettings,
): Promise<JobStore> {
  const { mode } = settings;
  await enterFolder(platform.files, dir, mode === 'readOnly' ? 'fail' : settings.missing);
  if (mode === 'readOnly') return openOwner({ platform, dir, settings, ownership: undefined });
  // A folder that was given wrongly must be neither locked nor filled.
  if (settings.missing === 'fail' && (await readManifest(platform, dir)) === undefined) {
    await refuseHeadless(platform.files, dir, 'fail');
  }
  let found: ReadManifest | undefined;
  return await sharedStore({
    platform,
    dir,
    mode,
    async manifestEpoch() {
      found = await readManifest(platform, dir);
      return found?.manifest.epoch ?? 0;
    },
    // A claim ends with a look at the manifest: who was owner before acknowledges nothing since.
    openOwner: (ownership, pace) => openOwner({ platform, dir, settings, ownership, pace, found }),
    noteError: (store, error) => {
      if (store instanceof OwnerStore) store.noteError(error);
    },
    changesSince: async (store, lsn) =>
      store instanceof OwnerStore ? await store.changesSince(lsn) : [],
    patience: settings.ownerTimeoutMs,
    flush: settings.flushMs,
  });
}
