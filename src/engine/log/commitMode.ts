import type { Millis } from '../../units.js';

/** How groups are written: on the main thread, in the background, or whichever suits the disk. */
export type CommitOption = 'auto' | 'now' | 'background';

/** Chooses how the next group is written. */
export interface CommitMode {
  readonly isNow: boolean;
  /** Tells how long a commit took. */
  measured(took: Millis): void;
}

/** Above it a commit holds the event loop too long. */
const slow: Millis = 2;
/** Below it the thread switches of the background cost more than they spare. */
const fast: Millis = 1;
/** How far one measure moves the estimate. */
const step = 1.25;

/**
 * Makes the choice: `auto` begins on the main thread and follows the median of what it is told. A
 * mean would follow single commits instead that took long because the machine was busy.
 */
export function createCommitMode(option: CommitOption): CommitMode {
  let isNow = option !== 'background';
  let median: Millis = fast / 2;
  return {
    get isNow() {
      return isNow;
    },
    measured(took) {
      if (option !== 'auto') return;
      // Each measure counts the same, however far off it is: that makes it a median.
      median = took > median ? Math.min(median * step, took) : Math.max(median / step, took);
      if (median > slow) isNow = false;
      else if (median < fast) isNow = true;
    },
  };
}
