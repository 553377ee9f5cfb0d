import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveSeed } from '../../../harness/runner/seed.js';

test('the same seed and name give the same child seed on every machine', () => {
  expect(deriveSeed(1, 'run/1/order')).toBe(1587792021);
});

test('another name or another seed gives another child seed', () => {
  const seeds = [1, 2, 3].flatMap((seed) =>
    ['run/1/order', 'run/2/order', 'run/1/suite'].map((name) => deriveSeed(seed, name)),
  );
  expect(new Set(seeds).size).toBe(seeds.length);
});

test('every child seed is a positive 31-bit integer', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), (seed, name) => {
      const child = deriveSeed(seed, name);
      expect(Number.isInteger(child) && child >= 1 && child < 2 ** 31).toBe(true);
    }),
    { seed: 7 },
  );
});
