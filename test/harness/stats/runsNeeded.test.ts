import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flakeInterval } from '../../../harness/stats/flakeInterval.js';
import { runsToExclude, runsToSee } from '../../../harness/stats/runsNeeded.js';

test.each([
  [0.01, 0.95, 299],
  [0.001, 0.95, 2995],
  [0.01, 0.99, 459],
  [0.05, 0.95, 59],
  [0.5, 0.95, 5],
  // Exact powers, where logarithms are a hair off.
  [0.5, 0.5, 1],
  [0.5, 0.75, 2],
  [0.3, 0.51, 2],
  [0.9, 0.99, 2],
  [1, 0.95, 1],
])('excluding a rate of %d at %d takes %d attempts', (rate, confidence, runs) => {
  expect(runsToExclude(rate, confidence)).toBe(runs);
  expect(runsToSee(rate, confidence)).toBe(runs);
});

test('it is the fewest attempts whose bound does not exceed the rate', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.0005, max: 0.95, noNaN: true }),
      fc.constantFrom(0.8, 0.9, 0.95, 0.99),
      (rate, confidence) => {
        const n = runsToExclude(rate, confidence);
        expect(flakeInterval(0, n, confidence).high).toBeLessThanOrEqual(rate + 1e-9);
        if (n > 1) expect(flakeInterval(0, n - 1, confidence).high).toBeGreaterThan(rate - 1e-9);
      },
    ),
    { seed: 4 },
  );
});

test.each([0, -0.1, 1.5, Number.NaN])('a rate of %d is our own mistake', (rate) => {
  expect(() => runsToExclude(rate, 0.95)).toThrow('rate must be');
});
