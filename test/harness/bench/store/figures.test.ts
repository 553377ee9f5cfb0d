import { expect, test } from 'vitest';
import {
  fasterThan,
  isMet,
  smallestShare,
  spreadOf,
  type Target,
  timesFaster,
} from '../../../../harness/bench/store/figures.js';

test.each([
  [[7], { median: 7, low: 7, high: 7 }],
  [[5, 1, 3, 2, 4], { median: 3, low: 2, high: 4 }],
  [[40, 10], { median: 25, low: 17.5, high: 32.5 }],
])('half of %j lies within %j', (values, spread) => expect(spreadOf(values)).toEqual(spread));

test('no value has no median', () => expect(spreadOf([]).median).toBeNaN());

test('ratios are taken within a round, where both sides met the same machine', () => {
  const times = [
    { name: 'store', rounds: [100, 400, 400] },
    { name: 'floor', rounds: [1000, 6000, 2000] },
  ];
  // Round by round 10, 15 and 5 times; the quotient of the medians would be 5.
  expect(timesFaster(times, 'store', 'floor')?.median).toBe(10);
  expect(timesFaster(times, 'floor', 'store')?.median).toBeCloseTo(0.1);
});

test('who did not take part has no ratio', () => {
  const times = [{ name: 'store', rounds: [1] }];
  expect(timesFaster(times, 'store', 'lmdb')).toBeUndefined();
  expect(fasterThan(times, 'lmdb', 2.7)).toEqual({
    targets: [],
    notes: ['lmdb took no part: at least 2.7 x was asked'],
  });
});

test.each([
  [2.7, { atLeast: 2.7 }, true],
  [2.69, { atLeast: 2.7 }, false],
  [20, { atMost: 20 }, true],
  [20.01, { atMost: 20 }, false],
  [Number.NaN, { atLeast: 1 }, false],
  [Number.NaN, { atMost: 1 }, false],
])('%d against %j: %j', (median, bound, met) => {
  const target: Target = { what: '', unit: '', value: { median, low: 0, high: 99 }, ...bound };
  expect(isMet(target)).toBe(met);
});

test.each([
  [[5, 5, 5, 5], 1],
  [[0, 10], 0],
  [[30, 40, 50], 0.75],
])('of %j the smallest is %d of a fair share', (counts, share) =>
  expect(smallestShare(counts)).toBe(share),
);
