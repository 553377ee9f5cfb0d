/** Which file system a crash is modelled on: MODEL.md says what each may lose. */
export type CrashModel = 'posix' | 'ordered';

/**
 * Every rule of the model as a switch. The product always runs with {@link soundRules}; the tests
 * turn one off at a time and look whether the corpus of writers notices.
 */
export interface ModelRules {
  /** fsync makes written bytes durable. */
  readonly syncCoversBytes: boolean;
  /** fsync makes a grown size durable. */
  readonly syncCoversGrowth: boolean;
  /** fsync makes a truncation durable. */
  readonly syncCoversTruncation: boolean;
  /** fsync of one file leaves others alone. */
  readonly syncIsOfOneFile: boolean;
  /** fsync of a file leaves the entry in its directory alone. */
  readonly syncLeavesEntryOfFile: boolean;
  /** fsync reaches back only: later writes are not covered. */
  readonly syncReachesBackOnly: boolean;
  /** fdatasync makes bytes durable. */
  readonly dataSyncCounts: boolean;
  /** fdatasync makes a grown size durable, as it is needed to read the bytes. */
  readonly dataSyncCoversGrowth: boolean;
  /** fsync of a directory makes its entries durable. */
  readonly directorySyncCounts: boolean;
  /** A write through O_SYNC or O_DSYNC is durable. */
  readonly openSyncCounts: boolean;
  /** After a failed fsync the next one covers only what was written since. */
  readonly failedSyncForgets: boolean;
  /** A new file's name can be lost. */
  readonly createCanBeLost: boolean;
  /** A new directory's name can be lost. */
  readonly mkdirCanBeLost: boolean;
  /** A further name can be lost. */
  readonly linkCanBeLost: boolean;
  /** A symbolic link can be lost. */
  readonly symlinkCanBeLost: boolean;
  /** A rename can be lost. */
  readonly renameCanBeLost: boolean;
  /** A rename within a directory is all or nothing. */
  readonly renameIsAtomic: boolean;
  /** A removal of a name can be lost. */
  readonly unlinkCanBeLost: boolean;
  /** A truncation can be lost. */
  readonly truncateCanBeLost: boolean;
  /** Of two unsynced effects the later one may survive alone. */
  readonly reorders: boolean;
  /** A write may arrive in part. */
  readonly tears: boolean;
  /** Where a torn write didn't arrive there may be zeros. */
  readonly tearsLeaveZeros: boolean;
  /** Where a torn write didn't arrive there may be garbage. */
  readonly tearsLeaveGarbage: boolean;
  /** The end of a write may arrive without its beginning. */
  readonly tearsKeepTails: boolean;
  /** Recovery may be cut off by a crash, too. */
  readonly recoveryCrashes: boolean;
  /** A crash may fall between any two effects, not only when the workload is done. */
  readonly crashesAnywhere: boolean;
  /** Recovery is repeated where the user asks for idempotence. */
  readonly repeatsRecovery: boolean;
}

export type ModelRule = keyof ModelRules;

/** The model as MODEL.md states it. */
export const soundRules: ModelRules = {
  syncCoversBytes: true,
  syncCoversGrowth: true,
  syncCoversTruncation: true,
  syncIsOfOneFile: true,
  syncLeavesEntryOfFile: true,
  syncReachesBackOnly: true,
  dataSyncCounts: true,
  dataSyncCoversGrowth: true,
  directorySyncCounts: true,
  openSyncCounts: true,
  failedSyncForgets: true,
  createCanBeLost: true,
  mkdirCanBeLost: true,
  linkCanBeLost: true,
  symlinkCanBeLost: true,
  renameCanBeLost: true,
  renameIsAtomic: true,
  unlinkCanBeLost: true,
  truncateCanBeLost: true,
  reorders: true,
  tears: true,
  tearsLeaveZeros: true,
  tearsLeaveGarbage: true,
  tearsKeepTails: true,
  recoveryCrashes: true,
  crashesAnywhere: true,
  repeatsRecovery: true,
};
