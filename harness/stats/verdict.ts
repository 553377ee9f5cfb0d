import type { Verdict } from '../events.js';
import { failuresOf } from './counts.js';
import type { Counts } from './huntReport.js';
import { runsToExclude } from './runsNeeded.js';

/**
 * Judges one test by what its attempts showed.
 *
 * Each try is an attempt, so a pass after a retry in the same run is a flake like any other.
 *
 * | attempts | passed | `prove`                  | verdict  |
 * |----------|--------|--------------------------|----------|
 * | 0        | 0      | any                      | unproven |
 * | n        | 0      | any                      | broken   |
 * | n        | some   | any                      | flaky    |
 * | n        | n      | null                     | stable   |
 * | n        | n      | bound still above rate   | unproven |
 * | n        | n      | bound at or below rate   | stable   |
 *
 * @param asked - `prove` is the rate to exclude, null unless a proof was asked for
 */
export function verdictOf(
  counts: Pick<Counts, 'attempts' | 'passed'>,
  asked: { readonly prove: number | null; readonly confidence: number },
): Verdict {
  if (counts.attempts === 0) return 'unproven';
  if (counts.passed === 0) return 'broken';
  if (failuresOf(counts) > 0) return 'flaky';
  if (asked.prove === null) return 'stable';
  return counts.attempts >= runsToExclude(asked.prove, asked.confidence) ? 'stable' : 'unproven';
}
