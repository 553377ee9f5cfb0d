import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jobId, recordBytes, recordOf } from '../../../../harness/bench/store/record.js';

test('every version of every active job takes the same number of bytes', () => {
  fc.assert(
    fc.property(fc.nat(9_999_999), fc.nat(100_000_000), (n, version) => {
      expect(Buffer.byteLength(JSON.stringify(recordOf(n, version)))).toBe(recordBytes);
    }),
  );
});

test('ids sort as their numbers do', () => {
  fc.assert(
    fc.property(fc.nat(9_999_999), fc.nat(9_999_999), (a, b) => {
      expect(jobId(a) < jobId(b)).toBe(a < b);
    }),
  );
});
