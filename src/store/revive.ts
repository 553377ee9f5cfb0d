import type { Breaker } from '../engine/files/breaker.js';
import { isDiskFull } from '../engine/log/logFailure.js';
import type { WriteAheadLog } from '../engine/log/writeAheadLog.js';
import { FlakehoundError } from '../errors.js';
import type { ErrorLedger } from './errorLedger.js';
import type { StoreSettings } from './options.js';

/** What a log that takes no writes is brought back with. */
export interface ReviveParts {
  readonly dir: string;
  readonly log: WriteAheadLog;
  readonly breaker: Breaker;
  readonly errors: ErrorLedger;
  readonly settings: Pick<StoreSettings, 'breaker'>;
}

/**
 * Lets a log that a failed write has stopped take writes again, unless that was tried in vain so
 * often that the disk is left alone for a while.
 *
 * @throws FlakehoundError why the log can't go on; while it is left alone, `STORE_DISK_FULL` where
 * the disk was full the last time, else `STORE_READ_ONLY`
 */
export async function revive({ dir, log, breaker, errors, settings }: ReviveParts): Promise<void> {
  if (breaker.admit() === 'no') {
    throw refused(dir, breaker, settings.breaker.failures);
  }
  try {
    await log.revive();
    // Who came while another was trying only waited for it, and its failure was no success.
    if (log.state === 'open') breaker.succeeded();
  } catch (error) {
    breaker.failed(error);
    errors.note(error, 'error');
    throw error;
  }
}

/** Says the same as the disk did, so that who branches on the code goes on doing what helps. */
function refused(dir: string, breaker: Breaker, failures: number): FlakehoundError {
  const cause = breaker.lastFailure;
  const isFull = isDiskFull(cause);
  const why = isFull ? 'its disk is full' : `its disk failed ${failures} times in a row`;
  const remedy = isFull ? 'make room on the disk' : 'look at the cause and at the disk';
  return new FlakehoundError(
    isFull ? 'STORE_DISK_FULL' : 'STORE_READ_ONLY',
    `the store in ${dir} takes no writes: ${why}`,
    { hint: `${remedy}; it is tried again in ${Math.ceil(breaker.remaining())} ms`, cause },
  );
}
