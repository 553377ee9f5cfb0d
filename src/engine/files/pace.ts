import type { Clock } from '../../ports/clock.js';
import type { Millis } from '../../units.js';
import type { Pace } from '../seam.js';

/** Lets long work hold the event loop for a slice at most, then lets everybody else have a turn. */
export function createPace(clock: Clock, slice: Millis): Pace {
  let end = clock.elapsed() + slice;
  return {
    turn() {
      if (clock.elapsed() < end) return undefined;
      return new Promise((resolve) => {
        clock.soon(() => {
          end = clock.elapsed() + slice;
          resolve();
        });
      });
    },
  };
}
