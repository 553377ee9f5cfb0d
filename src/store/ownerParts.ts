import type { Breaker } from '../engine/files/breaker.js';
import type { WriteAheadLog } from '../engine/log/writeAheadLog.js';
import type { Ownership } from '../engine/ownership/ownership.js';
import type { ManifestKeeper } from '../engine/seam.js';
import type { RecentState } from '../engine/state/recentState.js';
import type { RecoveryReport } from '../jobs/jobStore.js';
import type { Platform } from '../ports/platform.js';
import type { ErrorLedger } from './errorLedger.js';
import type { StoreSettings } from './options.js';
import type { Tables } from './tables.js';

/** What an owner's store is made of, recovered and ready. */
export interface OwnerParts {
  readonly platform: Platform;
  readonly dir: string;
  readonly settings: StoreSettings;
  readonly keeper: ManifestKeeper;
  readonly log: WriteAheadLog;
  readonly state: RecentState;
  readonly tables: Tables;
  readonly errors: ErrorLedger;
  readonly breaker: Breaker;
  /** Undefined for a store that only reads. */
  readonly ownership: Ownership | undefined;
  readonly recovery: RecoveryReport;
  readonly retries: () => number;
  /** Nonces of recovery files that are merged and may still be there. */
  readonly merged: Set<string>;
  /** Where a recovery file may go, the first first. */
  readonly recoveryFolders: readonly string[];
}
