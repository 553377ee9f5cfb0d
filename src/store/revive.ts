import type { Breaker } from '../engine/files/breaker.js';
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
 * @throws FlakehoundError `STORE_READ_ONLY`, or why the log can't go on
 */
export async function revive({ dir, log, breaker, errors, settings }: ReviveParts): Promise<void> {
  if (breaker.admit() === 'no') {
    throw new FlakehoundError(
      'STORE_READ_ONLY',
      `the store in ${dir} takes no writes: its disk failed ${settings.breaker.failures} times in a row`,
      { hint: `make room or look at the disk; it is tried again in ${breaker.remaining()} ms` },
    );
  }
  try {
    await log.revive();
    breaker.succeeded();
  } catch (error) {
    breaker.failed();
    errors.note(error, 'error');
    throw error;
  }
}
