import { invariant } from '../../src/index.js';

/**
 * How many attempts without a failure show a flake rate to lie below `rate`: 299 for 1 % at 95 %.
 *
 * It is the smallest n whose exact bound (see `flakeInterval`) does not exceed `rate`.
 *
 * @param rate - 0 < rate <= 1
 * @param confidence - 0..1, exclusive
 */
export function runsToExclude(rate: number, confidence: number): number {
  return attemptsUntilLikely(rate, confidence);
}

/**
 * Within how many runs a test of this flake rate fails at least once, with the given probability.
 *
 * The same number as `runsToExclude`, read from the other side: n runs without a failure exclude
 * a rate exactly when that rate would have shown itself within n runs.
 *
 * @param rate - 0 < rate <= 1
 * @param confidence - 0..1, exclusive
 */
export function runsToSee(rate: number, confidence: number): number {
  return attemptsUntilLikely(rate, confidence);
}

/** Smallest n with (1 - rate)^n <= 1 - confidence. */
function attemptsUntilLikely(rate: number, confidence: number): number {
  invariant(rate > 0 && rate <= 1, `rate must be above 0 and at most 1, got ${rate}`);
  invariant(confidence > 0 && confidence < 1, `confidence must be in 0..1, got ${confidence}`);
  if (rate === 1) return 1;
  const exact = Math.log1p(-confidence) / Math.log1p(-rate);
  // 0.5 at 75 % is 2, though the logarithms may say 2.0000000000000004.
  return Math.max(1, Math.ceil(exact * (1 - 1e-12)));
}
