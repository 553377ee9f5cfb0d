import type { JobStore } from './jobs/jobStore.js';
import { absolutePath } from './node/absolutePath.js';
import { nodePlatform } from './node/nodePlatform.js';
import { openShared } from './store/openShared.js';
import { resolveOptions, type StoreOptions } from './store/options.js';

/**
 * Opens the job store in a folder, and makes it where there is none. Where another process has it
 * open, the calls are sent to that one, until it goes and one of the others takes its place.
 *
 * @param dir - of the store alone; relative to the current folder
 * @throws FlakehoundError `STORE_OPTION`, `STORE_DIR`, `STORE_LOCKED` (its owner runs and does not
 * answer), `STORE_LOCK`, `STORE_FORMAT` (a newer flakehound wrote it), `STORE_MANIFEST`,
 * `STORE_CORRUPT` and `CHECKPOINT_CORRUPT` (nothing was changed, and the message says what is lost)
 */
export async function openStore(dir: string, options: StoreOptions = {}): Promise<JobStore> {
  const settings = resolveOptions(options);
  return await openShared(nodePlatform(options.platform), absolutePath(dir), settings);
}
