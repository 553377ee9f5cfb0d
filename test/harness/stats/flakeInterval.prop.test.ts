import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flakeInterval } from '../../../harness/stats/flakeInterval.js';

const seen = fc
  .integer({ min: 1, max: 5000 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
const confidences = fc.constantFrom(0.8, 0.9, 0.95, 0.99, 0.999);

test('an interval contains the observed rate and stays within 0..1', () => {
  fc.assert(
    fc.property(seen, confidences, ([failures, n], confidence) => {
      const { low, high } = flakeInterval(failures, n, confidence);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(failures / n);
      expect(high).toBeGreaterThanOrEqual(failures / n);
      expect(high).toBeLessThanOrEqual(1);
    }),
    { seed: 1 },
  );
});

test('more attempts at the same rate narrow the interval', () => {
  fc.assert(
    fc.property(seen, fc.integer({ min: 2, max: 5 }), confidences, ([k, n], more, confidence) => {
      const few = flakeInterval(k, n, confidence);
      const many = flakeInterval(k * more, n * more, confidence);
      expect(many.high - many.low).toBeLessThan(few.high - few.low);
    }),
    { seed: 2 },
  );
});

test('more confidence widens the interval', () => {
  fc.assert(
    fc.property(seen, ([failures, n]) => {
      const loose = flakeInterval(failures, n, 0.9);
      const strict = flakeInterval(failures, n, 0.99);
      expect(strict.low).toBeLessThanOrEqual(loose.low);
      expect(strict.high).toBeGreaterThanOrEqual(loose.high);
    }),
    { seed: 3 },
  );
});

test('one failure more never lowers either end', () => {
  for (const confidence of [0.8, 0.9, 0.95, 0.99]) {
    for (let n = 1; n <= 60; n++) {
      for (let failures = 0; failures < n; failures++) {
        const fewer = flakeInterval(failures, n, confidence);
        const more = flakeInterval(failures + 1, n, confidence);
        expect(more.low, `${failures} of ${n}`).toBeGreaterThanOrEqual(fewer.low);
        expect(more.high, `${failures} of ${n}`).toBeGreaterThanOrEqual(fewer.high);
      }
    }
  }
});

/** Probability that the interval contains `rate`, summed over all outcomes of n attempts. */
function coverage(intervals: readonly { low: number; high: number }[], rate: number): number {
  const n = intervals.length - 1;
  let logWays = 0;
  return intervals.reduce((sum, { low, high }, failures) => {
    if (failures > 0) logWays += Math.log((n - failures + 1) / failures);
    if (rate < low || rate > high) return sum;
    return sum + Math.exp(logWays + failures * Math.log(rate) + (n - failures) * Math.log1p(-rate));
  }, 0);
}

/** Measured: the mean over all rates, and the worst of them, which lies near 0 or 1. */
describe('what the intervals cover', () => {
  test.each([
    // confidence, n, mean, worst
    [0.9, 5, 0.919, 0.792],
    [0.9, 20, 0.905, 0.801],
    [0.9, 100, 0.901, 0.816],
    [0.95, 5, 0.957, 0.832],
    [0.95, 20, 0.951, 0.843],
    [0.95, 100, 0.951, 0.86],
    [0.95, 300, 0.95, 0.86],
    [0.99, 5, 0.987, 0.887],
    [0.99, 20, 0.988, 0.895],
    [0.99, 100, 0.989, 0.904],
  ])('at %d and n = %d: %d of the time on average, %d at worst', (confidence, n, mean, worst) => {
    const intervals = Array.from({ length: n + 1 }, (_, k) => flakeInterval(k, n, confidence));
    const covered = Array.from({ length: 1999 }, (_, at) => coverage(intervals, (at + 1) / 2000));
    expect(covered.reduce((sum, one) => sum + one, 0) / covered.length).toBeCloseTo(mean, 2);
    expect(Math.min(...covered)).toBeGreaterThanOrEqual(worst);
  });

  test('the bound after no failure holds as often as it says, for every rate', () => {
    for (const n of [1, 5, 20, 299]) {
      const { high } = flakeInterval(0, n, 0.95);
      for (let rate = 0.001; rate < 1; rate += 0.001) {
        const wrong = rate > high ? (1 - rate) ** n : 0;
        expect(wrong).toBeLessThanOrEqual(0.05 + 1e-12);
      }
    }
  });
});
