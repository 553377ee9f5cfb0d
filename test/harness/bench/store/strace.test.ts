import { expect, test } from 'vitest';
import { countSyncs } from '../../../../harness/bench/store/strace.js';

const summary = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 81.02    0.007974          52       151           fdatasync
 10.00    0.000984          98        10         2 fsync
  8.98    0.000884          10        88           openat
------ ----------- ----------- --------- --------- ----------------
100.00    0.009842          39       249         2 total
`;

test('syncs of all kinds are counted, failed ones too, and other calls are not', () =>
  expect(countSyncs(summary)).toBe(161));

test('no call is no sync', () => expect(countSyncs('')).toBe(0));
