import { describe, expect, test } from 'vitest';
import { nth } from '../count.js';

test('always passes', () => {
  expect(nth('stable')).toBeGreaterThan(0);
});

test('never passes', () => {
  expect(nth('broken')).toBe(0);
});

// Whether a worker may be forked is found out by comparing the first two runs of a file, if need
// be by further ones: so that this count is that of the runs, both end alike here.
describe('sometimes', () => {
  test('fails in runs 3, 5 and 9', () => {
    const run = nth('flaky');
    if ([3, 5, 9].includes(run)) throw new Error('an unlucky run');
  });

  test('fails in two ways', () => {
    const run = nth('two-ways');
    if (run === 3 || run === 4) throw new TypeError(`no connection to port ${40_000 + run}`);
    if (run === 7) throw new RangeError('queue is full');
  });

  test('times out in run 4', { timeout: 200 }, async () => {
    if (nth('slow') === 4) await new Promise(() => {});
  });

  test('passes on its second try in run 6', { retry: 1 }, () => {
    // Runs 1 to 5 use one try each, run 6 uses the sixth and the seventh.
    expect(nth('retried')).not.toBe(6);
  });
});
