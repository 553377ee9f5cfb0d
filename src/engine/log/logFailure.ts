import { FlakehoundError } from '../../errors.js';
import type { Lsn } from '../../units.js';

/** Whether the disk had no room for what failed, or for something that caused it. */
export function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && ['ENOSPC', 'EDQUOT', 'STORE_DISK_FULL'].includes(String(cause.code))) {
      return true;
    }
  }
  return false;
}

/** Says that records could not be written, and that they are not in the log. */
export function writeFailure(cause: unknown, dir: string): FlakehoundError {
  if (cause instanceof FlakehoundError && cause.code === 'STORE_FENCED') return cause;
  return isDiskFull(cause)
    ? new FlakehoundError('STORE_DISK_FULL', `the disk has no room for the log of ${dir}`, {
        hint: 'make room on the disk; the store takes writes again once it can',
        cause,
      })
    : new FlakehoundError('STORE_WRITE', `the log of ${dir} can't be written`, {
        hint: 'look at the cause and at the disk; what was written before is safe and can be read',
        cause,
      });
}

/** Says that nobody can tell whether records are in the log. */
export function unknownOutcome(
  cause: unknown,
  [first, last]: readonly [Lsn, Lsn],
): FlakehoundError {
  return new FlakehoundError(
    'STORE_OUTCOME_UNKNOWN',
    `records ${first} to ${last} may be in the log or not`,
    { hint: 'read the jobs after the next open, then decide whether to repeat the writes', cause },
  );
}

/** Says that the log takes no writes for now. */
export function readOnlyFailure(cause: unknown, dir: string): FlakehoundError {
  return isDiskFull(cause)
    ? new FlakehoundError(
        'STORE_DISK_FULL',
        `the log of ${dir} takes no writes since the disk was full`,
        { hint: 'make room on the disk; the store takes writes again once it can', cause },
      )
    : new FlakehoundError('STORE_READ_ONLY', `the log of ${dir} takes no writes since one failed`, {
        hint: 'remove the cause, then wait for the store to try again, or close and open it',
        cause,
      });
}

/** Says that the log is closed. */
export function closedFailure(dir: string): FlakehoundError {
  return new FlakehoundError('STORE_CLOSED', `the log of ${dir} is closed`, {
    hint: 'open the store again',
  });
}
