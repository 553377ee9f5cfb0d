import { invariant } from '../../src/index.js';

/** Failures among attempts, of one side of a comparison. */
export interface Tries {
  readonly failures: number;
  /** Not skipped; at least `failures`. */
  readonly attempts: number;
}

/** Probabilities that differ by less than this share are the same number, rounded twice. */
const rounding = 1e-7;

/**
 * How probable a difference in failures as large as this one, or larger, is if both sides have the
 * same flake rate: Fisher's exact test, two-sided, which holds for any number of attempts.
 *
 * The margins are taken as given; larger means less probable under them.
 *
 * @returns 0..1; 1 when a side has no attempt, or neither has a failure
 *
 * Source: Fisher (1935), Freeman and Halton (1951) for the two-sided sum.
 */
export function fisherExact(before: Tries, after: Tries): number {
  const { weights, first, sum } = failuresBefore(before, after);
  const seen = weights[before.failures - first] ?? 0;
  return Math.min(1, sumUpTo(weights, seen) / sum);
}

/**
 * The smallest value that `fisherExact` can take with these attempts and this sum of failures:
 * where it isn't small, no outcome would have told anything.
 */
export function smallestFisher(before: Tries, after: Tries): number {
  const { weights, sum } = failuresBefore(before, after);
  const ends = Math.min(weights[0] ?? 1, weights.at(-1) ?? 1);
  return Math.min(1, sumUpTo(weights, ends) / sum);
}

interface Hypergeometric {
  /** Proportional to the probability of `first`, `first + 1` … failures on the side before. */
  readonly weights: readonly number[];
  readonly first: number;
  readonly sum: number;
}

/**
 * How the failures may be spread over both sides. Weights are built outwards from the most
 * probable one by the ratio of neighbours, so that nothing overflows and only hopeless tails
 * become 0.
 */
function failuresBefore(before: Tries, after: Tries): Hypergeometric {
  for (const { failures, attempts } of [before, after]) {
    invariant(
      Number.isInteger(failures) && failures >= 0 && failures <= attempts,
      `failures must be within the attempts, got ${failures} of ${attempts}`,
    );
  }
  const n = before.attempts;
  const all = n + after.attempts;
  const failures = before.failures + after.failures;
  const first = Math.max(0, failures - after.attempts);
  const last = Math.min(failures, n);
  const mode = Math.min(last, Math.max(first, Math.floor(((failures + 1) * (n + 1)) / (all + 2))));
  const weights = new Array<number>(last - first + 1).fill(0);
  weights[mode - first] = 1;
  const ratioUp = (k: number): number =>
    ((failures - k) * (n - k)) / ((k + 1) * (all - failures - n + k + 1));
  for (let k = mode; k < last; k++) {
    weights[k + 1 - first] = (weights[k - first] ?? 0) * ratioUp(k);
  }
  for (let k = mode; k > first; k--) {
    weights[k - 1 - first] = (weights[k - first] ?? 0) / ratioUp(k - 1);
  }
  return { weights, first, sum: weights.reduce((so, more) => so + more, 0) };
}

/** Smallest first: a sum of many small numbers must not drown in a large one. */
function sumUpTo(weights: readonly number[], most: number): number {
  return weights
    .filter((weight) => weight <= most * (1 + rounding))
    .sort((a, b) => a - b)
    .reduce((sum, weight) => sum + weight, 0);
}
