export {
  assertNever,
  type ErrorCode,
  FlakehoundError,
  InvariantError,
  invariant,
} from './errors.js';
export type {
  FinalStatus,
  Job,
  JobError,
  JobPatch,
  JobStatus,
  Json,
  LogEntry,
  LogLevel,
  NewJob,
  NewLogEntry,
} from './jobs/job.js';
export { jobStatuses, logLevels } from './jobs/job.js';
export type {
  BackupFacts,
  Cancellation,
  ErrorEvent,
  GroupStep,
  Health,
  IfVersion,
  JobChange,
  JobFilter,
  JobStore,
  JobTracker,
  PruneResult,
  PruneRule,
  RecoveryReport,
  Severity,
  TransitionDetails,
} from './jobs/jobStore.js';
export { isFinal } from './jobs/jobStore.js';
export { nodeFiles } from './node/nodeFiles.js';
export { nodeProcesses } from './node/nodeProcesses.js';
export { writeFileAtomic } from './node/writeFileAtomic.js';
export { openStore } from './openStore.js';
export type { Cancel, Clock } from './ports/clock.js';
export type { FileFacts, Files, OpenFile, OpenMode } from './ports/files.js';
export type { Platform } from './ports/platform.js';
export type { Processes, ProcessIdentity } from './ports/processes.js';
export type { Random } from './ports/random.js';
export type { StoreOptions } from './store/options.js';
export type { StoreHolder, StoreReport } from './store/tools/checkStore.js';
export type { StoreFinding } from './store/tools/findings.js';
export type { RestoreFacts } from './store/tools/restoreStore.js';
export {
  type CheckOptions,
  checkStore,
  exportStore,
  type RestoreOptions,
  restoreStore,
  storeHolder,
} from './storeTools.js';
export type { Bytes, Instant, JobSeq, Lsn, Millis, Ratio } from './units.js';
