import type { StoreOptions } from '../../../src/store/options.js';

/** So small that short scripts meet rotation, recycling, checkpoints and joined log tables. */
export const smallStore: StoreOptions = {
  log: { segmentBytes: 4096, commit: 'now' },
  checkpoint: { logBytes: 6 * 1024, sliceMs: 1000 },
  jobLogs: { fileBytes: 4096 },
  cacheBytes: 2048,
  flushMs: 200,
  // A try again would wait, and the clock stands still.
  retry: { attempts: 1 },
};

/** The folder of the store, in the one that a crash world gives. */
export const storeIn = (dir: string): string => `${dir}/store`;

/** Where its backups go. */
export const backupIn = (dir: string): string => `${dir}/backup`;
