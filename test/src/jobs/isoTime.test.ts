import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime } from '../../../src/jobs/isoTime.js';

test('says what Date says', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (at) => {
      expect(isoTime(at)).toBe(new Date(at).toISOString());
    }),
    { numRuns: 2000, examples: [[0], [-1], [951_782_400_000], [4_107_542_400_000]] },
  );
});

test.each([Number.NaN, Infinity, -1e15, 1e15])('%s is a number of milliseconds', (at) => {
  expect(isoTime(at)).toBe(`${at} ms`);
});
