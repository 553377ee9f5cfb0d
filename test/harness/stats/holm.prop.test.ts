import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holm } from '../../../harness/stats/holm.js';

test.each([
  ['none', [], []],
  ['one stays', [0.03], [0.03]],
  ['the published example', [0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]],
  ['never above 1', [0.9, 0.8], [1, 1]],
  ['equal ones stay equal', [0.02, 0.02, 0.02], [0.06, 0.06, 0.06]],
])('%s', (_, given, expected) => {
  expect(holm(given).map((one) => Number(one.toFixed(12)))).toEqual(expected);
});

const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

test('rejects exactly what the step-down procedure rejects', () => {
  fc.assert(
    fc.property(probabilities, fc.constantFrom(0.01, 0.05, 0.2), (given, alpha) => {
      const sorted = given.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
      const kept = sorted.findIndex(({ p }, rank) => p * (given.length - rank) > alpha);
      const rejected = new Set(sorted.slice(0, kept < 0 ? sorted.length : kept).map((x) => x.at));
      expect(new Set(holm(given).flatMap((p, at) => (p <= alpha ? [at] : [])))).toEqual(rejected);
    }),
  );
});
