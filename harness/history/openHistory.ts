import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type JobStore, openStore } from '../../src/index.js';

/** A list reads the log that no checkpoint holds yet: with so much of it, that takes no time worth noticing. */
const checkpoint = { logBytes: 4 * 1024 * 1024 };

/** Where the hunts of a root lie. */
export const historyFolder = (root: string): string => join(root, '.flakehound', 'store');

/**
 * What a store of hunts is opened for: `record` makes it where there is none, `resume` and `read`
 * don't; only `read` changes no byte of it.
 */
export type HistoryUse = 'record' | 'resume' | 'read';

/**
 * Opens the store of the hunts under a root: the one place that does.
 *
 * @returns null where there is none, unless it is to be made
 * @throws FlakehoundError `STORE_*`
 */
export async function openHistory(root: string, use: HistoryUse): Promise<JobStore | null> {
  const folder = historyFolder(root);
  if (use === 'record') return openStore(folder, { missing: 'create', checkpoint });
  if (!(await isThere(folder))) return null;
  if (use === 'resume') return openStore(folder, { missing: 'fail', checkpoint });
  return openStore(folder, { missing: 'fail', mode: 'readOnly' }).catch(() =>
    // Its owner may have tidied away what we were reading; as its guest we read what it reads.
    openStore(folder, { missing: 'fail' }),
  );
}

/** The folder of a store by what people type: its own, or that of the root whose hunts it keeps. */
export async function storeFolderOf(dir: string): Promise<string> {
  const ofHunts = historyFolder(dir);
  return (await isThere(ofHunts)) ? ofHunts : dir;
}

const isThere = (folder: string): Promise<boolean> =>
  access(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
