/**
 * Every failure that flakehound itself names. Branch on the code, never on the text; a code is
 * never reused for another meaning.
 */
export type ErrorCode =
  | 'USAGE_OPTION'
  | 'USAGE_NO_TESTS'
  | 'USAGE_PROJECT'
  | 'USAGE_REPORT_PATH'
  | 'ENV_ROOT'
  | 'ENV_NO_VITEST'
  | 'ENV_VITEST_VERSION'
  | 'ENV_CONFIG'
  | 'ENV_HOST_LOST'
  | 'ENV_STATE_DIR'
  | 'ENV_GIT'
  | 'REPORT_UNREADABLE'
  | 'REPORT_INVALID'
  | 'REPORT_MISMATCH'
  | 'STATS_NO_ATTEMPTS'
  | 'TEMPDIR_PATH'
  | 'TEMPDIR_REMOVE'
  | 'VOLUME_PATH'
  | 'VOLUME_SEED'
  | 'CLOCK_OPTION'
  | 'CLOCK_INSTALLED'
  | 'CLOCK_SHARED'
  | 'CLOCK_FOREIGN'
  | 'CLOCK_REPLACED'
  | 'CLOCK_ENDLESS'
  | 'CRASH_UNSAFE'
  | 'CRASH_OPTION'
  | 'CRASH_OUTSIDE'
  | 'FILE_WRITE'
  | 'HISTORY_NO_HUNT'
  | 'HISTORY_ENDED'
  | 'HISTORY_RUNNING'
  | 'HISTORY_TREE_CHANGED'
  | 'HISTORY_DAMAGED'
  | 'FAULTS_OPERATION'
  | 'FAULTS_VALUE'
  | 'FAULTS_EFFECT'
  | 'FAULTS_GLOB'
  | 'FAULTS_CONTRADICTION'
  | 'FAULTS_NOT_EXHAUSTED'
  | 'FAULTS_TOUCHED'
  | 'FAULTS_TARGET'
  | 'FAULTS_FS_OWNED'
  | 'FAULTS_FS_OVERWRITTEN'
  | 'FAULTS_MOUNT'
  | 'FAULTS_ERRNO'
  | 'FAULTS_UNSUPPORTED'
  | 'PROPERTY_CONSTRAINT'
  | 'PROPERTY_DIFFERENCE'
  | 'SWEEP_UNTOUCHED'
  | 'SWEEP_UNSAFE'
  | 'JOB_EXISTS'
  | 'JOB_MISSING'
  | 'JOB_ID'
  | 'JOB_VALUE'
  | 'JOB_TOO_LARGE'
  | 'JOB_CONFLICT'
  | 'JOB_TRANSITION'
  | 'JOB_WAIT_TIMEOUT'
  | 'CHECKPOINT_CORRUPT'
  | 'CHECKPOINT_READ'
  | 'CHECKPOINT_WRITE'
  | 'STORE_OPTION'
  | 'STORE_FIXTURE'
  | 'STORE_CORRUPT'
  | 'STORE_DIR'
  | 'STORE_EXISTS'
  | 'STORE_CLOSED'
  | 'STORE_OUTCOME_UNKNOWN'
  | 'STORE_DISK_FULL'
  | 'STORE_WRITE'
  | 'STORE_FENCED'
  | 'STORE_READ_ONLY'
  | 'LOG_READ'
  | 'STORE_MANIFEST'
  | 'STORE_FORMAT'
  | 'STORE_RECOVERY'
  | 'STORE_LOCK'
  | 'STORE_LOCKED'
  | 'BACKUP_CORRUPT'
  | 'BACKUP_FAILED';

/** The work cannot be done, and we can say why and what to type next. */
export class FlakehoundError extends Error {
  override readonly name = 'FlakehoundError';
  readonly code: ErrorCode;
  /** The next thing to type or to change. */
  readonly hint: string;

  constructor(code: ErrorCode, message: string, how: { hint: string; cause?: unknown }) {
    super(message, how.cause === undefined ? undefined : { cause: how.cause });
    this.code = code;
    this.hint = how.hint;
  }
}

/** We are wrong, not the user: caught only in the command line's `main`. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** @throws InvariantError when `condition` is false */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Makes the compiler count the cases of a union. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected case: ${JSON.stringify(value)}`);
}
