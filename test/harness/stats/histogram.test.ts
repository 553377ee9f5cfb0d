import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../../../harness/stats/histogram.js';
import type { Durations } from '../../../harness/stats/huntReport.js';

function durationsOf(values: readonly number[]): Durations {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  const durations = histogram.durations();
  if (durations === null) throw new Error('nothing was added');
  return durations;
}

const nearestRank = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;

const someDurations = fc.array(fc.double({ min: 0.001, max: 1e8, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

test('median and p95 err by at most 2.5 %, smallest and largest not at all', () => {
  fc.assert(
    fc.property(someDurations, (values) => {
      const { min, median, p95, max } = durationsOf(values);
      expect(min).toBe(Math.min(...values));
      expect(max).toBe(Math.max(...values));
      for (const [read, share] of [
        [median, 0.5],
        [p95, 0.95],
      ] as const) {
        const exact = nearestRank(values, share);
        expect(Math.abs(read - exact) / exact).toBeLessThanOrEqual(0.025);
      }
    }),
    { seed: 5 },
  );
});

test('what was merged from two reads like what was counted in one', () => {
  fc.assert(
    fc.property(someDurations, someDurations, (here, there) => {
      const merged = new Histogram();
      merged.absorb(durationsOf(here));
      // Through a report, as it comes from another machine.
      merged.absorb(JSON.parse(JSON.stringify(durationsOf(there))));
      expect(merged.durations()).toEqual(durationsOf([...here, ...there]));
    }),
    { seed: 6 },
  );
});

test('no number of durations takes more than 601 buckets', () => {
  const histogram = new Histogram();
  for (let ms = 1e-6; ms < 1e15; ms *= 1.001) histogram.add(ms);
  expect(histogram.durations()?.buckets).toHaveLength(601);
});

test('an empty one has no durations', () => {
  expect(new Histogram().durations()).toBeNull();
});

test('no time at all, and a clock stepping back, are durations of 0', () => {
  expect(durationsOf([0, -5])).toMatchObject({ min: 0, median: 0, p95: 0, max: 0 });
});

test('one duration is its own median', () => {
  expect(durationsOf([17.3])).toMatchObject({ min: 17.3, median: 17.3, p95: 17.3, max: 17.3 });
});

test('a duration that is no number is our own mistake', () => {
  expect(() => new Histogram().add(Number.NaN)).toThrow('finite');
});
