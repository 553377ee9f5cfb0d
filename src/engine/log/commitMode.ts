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
const fast: Millis = 0.5;
/** Weight of the newest measure. */
const weight = 1 / 8;

/** Makes the choice: `auto` begins on the main thread and follows the mean of what it is told. */
export function createCommitMode(option: CommitOption): CommitMode {
  let isNow = option !== 'background';
  let mean: Millis | undefined;
  return {
    get isNow() {
      return isNow;
    },
    measured(took) {
      if (option !== 'auto') return;
      mean = mean === undefined ? took : mean + (took - mean) * weight;
      if (mean > slow) isNow = false;
      else if (mean < fast) isNow = true;
    },
  };
}
