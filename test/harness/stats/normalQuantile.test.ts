import { expect, test } from 'vitest';
import { normalQuantile } from '../../../harness/stats/normalQuantile.js';

test.each([
  [0.5, 0],
  [0.3, -0.5244005127080407],
  [0.95, 1.6448536269514715],
  [0.975, 1.9599639845400536],
  [0.995, 2.5758293035489],
  [0.999999, 4.753424308817089],
  [1e-10, -6.361340902404056],
  [1e-11, -6.706023155495136],
  [1e-20, -9.262340089798405],
  [1e-100, -21.27345356096532],
])('the quantile of %d is %d to twelve digits', (p, z) => {
  expect(normalQuantile(p)).toBeCloseTo(z, 12);
});

test.each([0, 1, -0.1, 1.1, Number.NaN])('%d has no quantile', (p) => {
  expect(() => normalQuantile(p)).toThrow('0 < p < 1');
});
