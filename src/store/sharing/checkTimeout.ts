import { FlakehoundError } from '../../errors.js';
import type { Millis } from '../../units.js';

/**
 * A guest's timeout is counted down before the owner sees it, so it is looked at here.
 *
 * @throws FlakehoundError `JOB_VALUE` unless left out or at least 0
 */
export function checkTimeout(timeout: Millis | undefined): void {
  if (timeout === undefined || timeout >= 0) return;
  throw new FlakehoundError('JOB_VALUE', `timeout ${timeout} is no length of time`, {
    hint: 'say milliseconds, 0 or more, or leave it out to wait as long as it takes',
  });
}
