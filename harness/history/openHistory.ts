import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type JobStore, openStore } from '../../src/index.js';

/** Where the hunts of a root lie. */
export const historyFolder = (root: string): string => join(root, '.flakehound', 'store');

/**
 * Opens the store of the hunts under a root: the one place that does.
 *
 * @returns null where there is none and `missing` says not to make one
 * @throws FlakehoundError `STORE_*`
 */
export async function openHistory(
  root: string,
  missing: 'create' | 'none',
): Promise<JobStore | null> {
  const folder = historyFolder(root);
  if (missing === 'none') {
    const isThere = await access(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
    );
    if (!isThere) return null;
  }
  return openStore(folder, { missing: missing === 'create' ? 'create' : 'fail' });
}
