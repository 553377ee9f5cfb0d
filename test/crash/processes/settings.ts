import type { StoreOptions } from '../../../src/store/options.js';

/** Small segments and checkpoints, so that a short life has many of both. */
export const storeOptions: StoreOptions = {
  log: { segmentBytes: 16 * 1024 },
  checkpoint: { logBytes: 12 * 1024 },
  jobLogs: { fileBytes: 4 * 1024, files: 100 },
  flushMs: 5,
  // On a machine with more processes than cores even a lively owner may be slow.
  ownerTimeoutMs: 120_000,
};
