import type { JobStore } from './jobs/jobStore.js';
import { absolutePath } from './node/absolutePath.js';
import { nodePlatform } from './node/nodePlatform.js';
import { openStore } from './openStore.js';
import type { Platform } from './ports/platform.js';
import type { StoreOptions } from './store/options.js';
import {
  checkFolderOf,
  findStoreHolder,
  type StoreHolder,
  type StoreReport,
} from './store/tools/checkStore.js';
import { exportLines } from './store/tools/exportStore.js';
import { type RestoreFacts, restoreInto } from './store/tools/restoreStore.js';

/** What may be said when a store is looked at. */
export interface CheckOptions {
  /** As the option of `openStore`. */
  readonly recoveryDir?: string;
  readonly platform?: Partial<Platform>;
}

/** What may be said when a backup is restored. */
export interface RestoreOptions {
  /** Whether a store in the folder may be replaced; it is then kept in another folder beside it. */
  readonly replace?: boolean;
  readonly platform?: Partial<Platform>;
}

/**
 * Reads every byte of the store in a folder and says what is wrong. Takes no lock and writes
 * nothing, so it may be used beside a live owner.
 *
 * @throws FlakehoundError `STORE_DIR` where there is no folder that can be read
 */
export async function checkStore(dir: string, options: CheckOptions = {}): Promise<StoreReport> {
  const { recoveryDir } = options;
  const platform = nodePlatform(options.platform);
  return await checkFolderOf({ platform, dir: absolutePath(dir), recoveryDir });
}

/**
 * Says which process has the store in a folder open for writing; null when none has, or there is
 * no store. Changes nothing.
 *
 * @throws FlakehoundError `STORE_LOCK`, `STORE_MANIFEST`, `STORE_FORMAT`
 */
export async function storeHolder(
  dir: string,
  options: Pick<CheckOptions, 'platform'> = {},
): Promise<StoreHolder | null> {
  return await findStoreHolder(nodePlatform(options.platform), absolutePath(dir));
}

/**
 * Makes a store of a backup in a new or empty folder, or in place of a store: the whole of it, or
 * nothing. The new store has an id of its own.
 *
 * @param from - what `backup` wrote
 * @throws FlakehoundError `BACKUP_CORRUPT`, `BACKUP_FAILED`, `STORE_EXISTS` (without `replace`),
 * `STORE_DIR`, `STORE_LOCKED`, `STORE_WRITE`, `STORE_DISK_FULL`, `CHECKPOINT_WRITE`
 */
export async function restoreStore(
  from: string,
  dir: string,
  options: RestoreOptions = {},
): Promise<RestoreFacts> {
  return await restoreInto({
    platform: nodePlatform(options.platform),
    from: absolutePath(from),
    dir: absolutePath(dir),
    replace: options.replace ?? false,
  });
}

/**
 * A store as lines of JSON: jobs, each with its log, then error events. A folder is opened, with the
 * options given, and closed at the end.
 *
 * @throws FlakehoundError as `openStore`
 */
export async function* exportStore(
  from: JobStore | string,
  options: StoreOptions = {},
): AsyncGenerator<string> {
  if (typeof from !== 'string') {
    yield* exportLines(from);
    return;
  }
  const store = await openStore(from, { missing: 'fail', ...options });
  try {
    yield* exportLines(store);
  } finally {
    await store.close();
  }
}
