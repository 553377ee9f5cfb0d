import { expect, test } from 'vitest';
import { trendOf } from '../../../../harness/bench/memory/trend.js';

const sample = (run: number, rssMiB: number) => ({ run, rssMiB });

test('the growth of the second half is told per 100 runs, the warm-up left out', () => {
  const samples = [sample(0, 50), sample(10, 90), sample(20, 100), sample(30, 101)];
  expect(trendOf(samples).slope).toBeCloseTo(10, 10);
});

test('the peak may lie anywhere', () => {
  const samples = [sample(0, 50), sample(1, 120), sample(2, 80), sample(3, 70)];
  expect(trendOf(samples)).toMatchObject({
    startMiB: 50,
    middleMiB: 80,
    endMiB: 70,
    peakMiB: 120,
  });
});

test('samples of a single run have no slope', () => {
  expect(trendOf([sample(1, 50), sample(1, 70)]).slope).toBe(0);
});
