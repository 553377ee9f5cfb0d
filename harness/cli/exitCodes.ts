import { type ErrorCode, FlakehoundError } from '../../src/index.js';

/** What the process says by its exit code: the one documented home of these numbers. */
export const ExitCode = {
  /** Nothing found that the hunt was to fail on. */
  clean: 0,
  /** A flaky or broken test. */
  found: 1,
  /** What was typed, or a file that was named, is not right. */
  usage: 2,
  /** The repo or the machine does not allow it. */
  environment: 3,
  /** Our bug. */
  bug: 70,
  /** Stopped by a signal; the partial report was printed. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What the fixtures and properties throw in users' tests; no command meets these. */
type CodeInTests = Extract<
  ErrorCode,
  | `CLOCK_${string}`
  | `CRASH_${string}`
  | `FAULTS_${string}`
  | `PROPERTY_${string}`
  | `SWEEP_${string}`
  | `TEMPDIR_${string}`
  | `VOLUME_${string}`
>;

/** What the job store throws: its folder or its disk. A hunt goes on without it. */
type CodeOfStore = Extract<
  ErrorCode,
  | `STORE_${string}`
  | `JOB_${string}`
  | `LOG_${string}`
  | `CHECKPOINT_${string}`
  | `BACKUP_${string}`
>;

const codes: Readonly<Record<Exclude<ErrorCode, CodeInTests | CodeOfStore>, ExitCode>> = {
  USAGE_OPTION: ExitCode.usage,
  USAGE_NO_TESTS: ExitCode.usage,
  USAGE_PROJECT: ExitCode.usage,
  USAGE_REPORT_PATH: ExitCode.usage,
  ENV_ROOT: ExitCode.environment,
  ENV_NO_VITEST: ExitCode.environment,
  ENV_VITEST_VERSION: ExitCode.environment,
  ENV_CONFIG: ExitCode.environment,
  ENV_HOST_LOST: ExitCode.environment,
  ENV_STATE_DIR: ExitCode.environment,
  ENV_GIT: ExitCode.environment,
  REPORT_UNREADABLE: ExitCode.usage,
  REPORT_INVALID: ExitCode.usage,
  REPORT_MISMATCH: ExitCode.usage,
  STATS_NO_ATTEMPTS: ExitCode.bug,
  FILE_WRITE: ExitCode.environment,
  HISTORY_NO_HUNT: ExitCode.usage,
  HISTORY_ENDED: ExitCode.usage,
  HISTORY_RUNNING: ExitCode.usage,
  HISTORY_TREE_CHANGED: ExitCode.environment,
  HISTORY_DAMAGED: ExitCode.environment,
};

const ofStore = /^(STORE|JOB|LOG|CHECKPOINT|BACKUP)_/;

/** The exit code of whatever was thrown. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof FlakehoundError)) return ExitCode.bug;
  if (ofStore.test(error.code)) return ExitCode.environment;
  return (codes as Partial<Record<ErrorCode, ExitCode>>)[error.code] ?? ExitCode.bug;
}
