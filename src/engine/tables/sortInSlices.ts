import type { Pace } from '../seam.js';

/** Runs of so many are sorted by insertion before they are merged. */
const runLength = 16;

/** Between two looks at the clock. */
const stepsPerTurn = 2048;

/**
 * Sorts the numbers from 0 to `length - 1` by what they stand for, and lets the event loop breathe:
 * a sort of a million in one go would hold it for most of a second. Stable.
 *
 * @param compare - below 0 when the first comes first
 */
export async function sortInSlices(
  length: number,
  compare: (a: number, b: number) => number,
  pace: Pace,
): Promise<Uint32Array> {
  let sorted: Uint32Array = new Uint32Array(length);
  let spare: Uint32Array = new Uint32Array(length);
  let steps = 0;
  for (let i = 0; i < length; i++) {
    const start = i - (i % runLength);
    let at = i;
    while (at > start && compare(sorted[at - 1]!, i) > 0) {
      sorted[at] = sorted[at - 1]!;
      at--;
    }
    sorted[at] = i;
    if (++steps % stepsPerTurn === 0) await pace.turn();
  }
  for (let width = runLength; width < length; width *= 2) {
    for (let start = 0; start < length; start += width * 2) {
      const middle = Math.min(start + width, length);
      const end = Math.min(middle + width, length);
      let left = start;
      let right = middle;
      for (let to = start; to < end; to++) {
        const isLeft =
          left < middle && (right >= end || compare(sorted[left]!, sorted[right]!) <= 0);
        spare[to] = isLeft ? sorted[left++]! : sorted[right++]!;
        if (++steps % stepsPerTurn === 0) await pace.turn();
      }
    }
    [sorted, spare] = [spare, sorted];
  }
  return sorted;
}
