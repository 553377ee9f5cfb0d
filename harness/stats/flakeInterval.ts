import { FlakehoundError, invariant } from '../../src/index.js';
import type { Interval } from './huntReport.js';
import { normalQuantile } from './normalQuantile.js';

/**
 * Bounds the flake rate that lies behind `failures` of `n` attempts.
 *
 * With both passes and failures seen it is Wilson's two-sided score interval. With none or only
 * failures it is the one-sided exact bound, for there is only one side to be wrong on: after 0 of
 * 20 at 95 %, a test whose true rate exceeds 13.9 % would have shown a failure with more than
 * 95 % probability.
 *
 * Measured at 95 %: over all rates the interval covers the true one 95 % of the time or more on
 * average; at single rates near 0 or 1, where Wilson's is known to be short, down to 82 %. The
 * one-sided bound holds at every rate. The tests sum the coverage exactly.
 *
 * @param failures - attempts that did not pass; 0 <= failures <= n
 * @param n - attempts not skipped
 * @param confidence - 0..1, exclusive
 * @throws FlakehoundError `STATS_NO_ATTEMPTS` when n is 0
 *
 * Source: Wilson (1927), score interval; Clopper and Pearson (1934) for the one-sided bound.
 */
export function flakeInterval(failures: number, n: number, confidence: number): Interval {
  if (n === 0) {
    throw new FlakehoundError('STATS_NO_ATTEMPTS', 'no flake rate can be told from 0 attempts', {
      hint: 'run the test at least once: it may be skipped, or filtered out',
    });
  }
  invariant(
    Number.isInteger(failures) && Number.isInteger(n) && failures >= 0 && failures <= n,
    `failures must be within the attempts, got ${failures} of ${n}`,
  );
  invariant(confidence > 0 && confidence < 1, `confidence must be in 0..1, got ${confidence}`);
  if (failures === 0) {
    // 1 - alpha^(1/n), written so that it keeps its digits for large n.
    const high = -Math.expm1(Math.log1p(-confidence) / n);
    return { low: 0, high, confidence, method: 'exact' };
  }
  if (failures === n) {
    const low = Math.exp(Math.log1p(-confidence) / n);
    return { low, high: 1, confidence, method: 'exact' };
  }
  return wilson(failures, n, confidence);
}

function wilson(failures: number, n: number, confidence: number): Interval {
  const z = normalQuantile((1 + confidence) / 2);
  const rate = failures / n;
  const weight = (z * z) / n;
  const centre = (rate + weight / 2) / (1 + weight);
  const reach = (z / (1 + weight)) * Math.sqrt((rate * (1 - rate)) / n + (weight / n) * 0.25);
  return {
    low: Math.max(0, centre - reach),
    high: Math.min(1, centre + reach),
    confidence,
    method: 'wilson',
  };
}
