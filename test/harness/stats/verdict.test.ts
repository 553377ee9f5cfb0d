import { expect, test } from 'vitest';
import { verdictOf } from '../../../harness/stats/verdict.js';

/** The rows of the table beside `verdictOf`, with the bound of 1 % at 299 attempts. */
test.each([
  // attempts, passed, prove, verdict
  [0, 0, null, 'unproven'],
  [0, 0, 0.01, 'unproven'],
  [1, 0, null, 'broken'],
  [5, 0, 0.01, 'broken'],
  [2, 1, null, 'flaky'],
  [300, 299, 0.01, 'flaky'],
  [300, 1, 0.01, 'flaky'],
  [1, 1, null, 'stable'],
  [298, 298, 0.01, 'unproven'],
  [299, 299, 0.01, 'stable'],
] as const)('%d attempts, %d passed, prove %s: %s', (attempts, passed, prove, verdict) => {
  expect(verdictOf({ attempts, passed }, { prove, confidence: 0.95 })).toBe(verdict);
});
