import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../harness/events.js';
import { normalQuantile } from '../../../harness/stats/normalQuantile.js';
import { createProof } from '../../../harness/stats/proof.js';
import { seededRandom } from './seededRandom.js';

const hunts = 10_000;
const asked = { rate: 0.01, confidence: 0.95 };
const stated = 1 - asked.confidence;

/**
 * How many of the hunts may err before the claim is refuted: what is stated, and so many standard
 * deviations of a binomial count on top that a proof erring exactly as often as stated would be
 * refuted by one seed in a million. The seeds are fixed, so a test that passes goes on passing.
 */
const mayErr = hunts * stated + normalQuantile(1 - 1e-6) * Math.sqrt(hunts * stated * (1 - stated));

/** Share of the hunts' verdicts on a test that truly fails so often, each hunt run to its end. */
function simulate(trueRate: number, seed: number, skipRate = 0): Record<Verdict, number> {
  const random = seededRandom(seed);
  const verdicts: Record<Verdict, number> = { stable: 0, flaky: 0, broken: 0, unproven: 0 };
  for (let hunt = 0; hunt < hunts; hunt++) {
    const proof = createProof(asked);
    let verdict: Verdict | null = null;
    while (verdict === null) {
      const skipped = skipRate > 0 && random() < skipRate;
      const failed = !skipped && random() < trueRate;
      proof.add('t', {
        passed: Number(!skipped && !failed),
        failed: Number(failed),
        skipped: Number(skipped),
      });
      verdict = proof.settled('t');
    }
    verdicts[verdict] += 1;
  }
  return verdicts;
}

describe('a test that fails as often as was to be excluded, or more, is seldom called stable', () => {
  // At the bound itself the error is (1 - rate)^299: 4.95 %.
  test.each([0.01, 0.0101, 0.011, 0.015, 0.02, 0.05, 0.2])('true rate %d', (trueRate) => {
    expect(simulate(trueRate, 31).stable).toBeLessThanOrEqual(mayErr);
  });

  test('true rate 0.01, skipped one time in ten', () => {
    expect(simulate(0.01, 32, 0.1).stable).toBeLessThanOrEqual(mayErr);
  });
});

test('the claim is not kept by never calling a test stable', () => {
  // (1 - 0.01)^299 and (1 - 0.001)^299, give or take five standard deviations.
  expect(simulate(0.01, 33).stable).toBeGreaterThan(385);
  expect(simulate(0.001, 34).stable).toBeGreaterThan(7_190);
});

test('a test that never fails is always called stable', () => {
  expect(simulate(0, 35)).toEqual({ stable: hunts, flaky: 0, broken: 0, unproven: 0 });
});

describe('a test that passes at least half the time is seldom called broken', () => {
  // At 50 % the error is 0.5^5: 3.1 %.
  test.each([0.5, 0.45, 0.3, 0.1, 0.01])('true rate %d', (trueRate) => {
    expect(simulate(trueRate, 36).broken).toBeLessThanOrEqual(mayErr);
  });
});

test('a test that always fails is always called broken', () => {
  expect(simulate(1, 37).broken).toBe(hunts);
});
