import { describe, expect, test } from 'vitest';
import { fisherExact, smallestFisher } from '../../../harness/stats/fisher.js';

const p = (a: number, n: number, b: number, m: number): number =>
  fisherExact({ failures: a, attempts: n }, { failures: b, attempts: m });

/** Exact binomial coefficients, by Pascal's rule. */
const pascal: bigint[][] = [[1n]];
for (let n = 1; n <= 40; n++) {
  const above = pascal[n - 1] ?? [];
  pascal.push(Array.from({ length: n + 1 }, (_, k) => (above[k - 1] ?? 0n) + (above[k] ?? 0n)));
}
const choose = (n: number, k: number): bigint => pascal[n]?.[k] ?? 0n;

/** Counts, in whole numbers, the ways that are no more probable than the one seen. */
function counted(n: number, m: number, failures: number, seen: number | null): number {
  const ways = (k: number): bigint => choose(n, k) * choose(m, failures - k);
  const possible = Array.from({ length: failures + 1 }, (_, k) => ways(k)).filter((w) => w > 0n);
  const limit =
    seen === null ? possible.reduce((least, one) => (one < least ? one : least)) : ways(seen);
  const extreme = possible.filter((one) => one <= limit).reduce((sum, one) => sum + one, 0n);
  return Number((extreme * 10n ** 18n) / choose(n + m, failures)) / 1e18;
}

describe('published values', () => {
  test.each([
    ['the lady tasting tea', [3, 4, 1, 4], 34 / 70],
    ['all against none, 4 and 4', [4, 4, 0, 4], 2 / 70],
    ['Wikipedia: studying men and women', [1, 12, 9, 12], 0.002759456],
    ['Fisher (1962): convicted twins', [2, 17, 10, 13], 0.0005367241],
  ] as const)('%s', (_, [a, n, b, m], expected) => {
    expect(p(a, n, b, m)).toBeCloseTo(expected, 6);
  });
});

test('every table of up to 12 attempts a side has the value that counting gives', () => {
  for (let n = 1; n <= 12; n++) {
    for (let m = 1; m <= 12; m++) {
      for (let a = 0; a <= n; a++) {
        for (let b = 0; b <= m; b++) {
          const expected = counted(n, m, a + b, a);
          if (Math.abs(p(a, n, b, m) - expected) > 1e-12) expect.fail(`${[a, n, b, m]}`);
        }
      }
    }
  }
});

test('the smallest possible value is that of the rarest table with these margins', () => {
  for (let n = 1; n <= 10; n++) {
    for (let m = 1; m <= 10; m++) {
      for (let failures = 0; failures <= n + m; failures++) {
        const a = Math.min(n, failures);
        const found = smallestFisher(
          { failures: a, attempts: n },
          { failures: failures - a, attempts: m },
        );
        if (Math.abs(found - counted(n, m, failures, null)) > 1e-12) {
          expect.fail(`${[n, m, failures]}`);
        }
      }
    }
  }
});

test.each([
  ['a side without an attempt', 0, 0, 5, 9],
  ['no failure', 0, 20, 0, 30],
  ['only failures', 20, 20, 30, 30],
])('%s tells nothing', (_, a, n, b, m) => {
  expect(p(a, n, b, m)).toBe(1);
});

test('hundreds of thousands of attempts neither overflow nor lose a small value', () => {
  expect(p(0, 400_000, 40, 400_000)).toBeGreaterThan(1e-13);
  expect(p(0, 400_000, 40, 400_000)).toBeCloseTo(2 ** -39, 13);
  expect(p(100_000, 400_000, 100_000, 400_000)).toBe(1);
});

test('which side is called before changes nothing', () => {
  expect(p(3, 17, 9, 40)).toBeCloseTo(p(9, 40, 3, 17), 15);
});
