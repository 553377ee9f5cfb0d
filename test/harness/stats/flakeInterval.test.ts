import { describe, expect, test } from 'vitest';
import { flakeInterval } from '../../../harness/stats/flakeInterval.js';

describe('known intervals', () => {
  test.each([
    // failures, n, confidence, low, high
    [0, 20, 0.95, 0, 0.1391083],
    [0, 299, 0.95, 0, 0.0099691],
    [0, 1, 0.95, 0, 0.95],
    [20, 20, 0.95, 0.8608917, 1],
    [1, 1, 0.95, 0.05, 1],
    [1, 20, 0.95, 0.0088813, 0.2361309],
    [10, 20, 0.95, 0.299298, 0.700702],
    [3, 100, 0.99, 0.0076122, 0.1108753],
  ])('%d of %d at %d is %d to %d', (failures, n, confidence, low, high) => {
    const interval = flakeInterval(failures, n, confidence);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
    expect(interval.confidence).toBe(confidence);
  });
});

test('the method is exact at both ends and Wilson between', () => {
  const methods = [0, 1, 2, 3].map((failures) => flakeInterval(failures, 3, 0.95).method);
  expect(methods).toEqual(['exact', 'wilson', 'wilson', 'exact']);
});

test('a bound far out keeps its digits', () => {
  expect(flakeInterval(0, 1e9, 0.95).high).toBeCloseTo(2.995732e-9, 14);
});

test('no attempts is a named error with a way out', () => {
  expect(() => flakeInterval(0, 0, 0.95)).toThrow(
    expect.objectContaining({ code: 'STATS_NO_ATTEMPTS', hint: expect.any(String) }),
  );
});

test.each([
  [-1, 3],
  [4, 3],
  [0.5, 3],
])('%d failures of %d is our own mistake', (failures, n) => {
  expect(() => flakeInterval(failures, n, 0.95)).toThrow('within the attempts');
});

test.each([0, 1, 1.5])('a confidence of %d is our own mistake', (confidence) => {
  expect(() => flakeInterval(1, 3, confidence)).toThrow('confidence');
});
