import { describe, expect, test } from 'vitest';
import { createProof } from '../../../harness/stats/proof.js';
import { verdictOf } from '../../../harness/stats/verdict.js';

const asked = { rate: 0.01, confidence: 0.95 };
const pass = { passed: 1, failed: 0, skipped: 0 };
const fail = { passed: 0, failed: 1, skipped: 0 };
const skip = { passed: 0, failed: 0, skipped: 1 };

/** What becomes of one test that shows these runs, each so many times. */
function after(...seen: readonly (readonly [times: number, what: typeof pass])[]) {
  const proof = createProof(asked);
  for (const [times, what] of seen) {
    for (let run = 0; run < times; run++) proof.add('t', what);
  }
  return proof;
}

/** The rows of the table beside `createProof`, each with the step before it. */
describe('a test is settled', () => {
  test.each([
    ['one pass', [[1, pass]], null],
    ['298 passes', [[298, pass]], null],
    ['299 passes', [[299, pass]], 'stable'],
    ['four failures', [[4, fail]], null],
    ['five failures', [[5, fail]], 'broken'],
    [
      'a failure after passes',
      [
        [100, pass],
        [1, fail],
      ],
      'flaky',
    ],
    [
      'a pass after failures',
      [
        [4, fail],
        [1, pass],
      ],
      'flaky',
    ],
    ['a pass after a retry', [[1, { passed: 1, failed: 1, skipped: 0 }]], 'flaky'],
    [
      'five failing tries in two runs',
      [
        [1, { passed: 0, failed: 3, skipped: 0 }],
        [1, { passed: 0, failed: 2, skipped: 0 }],
      ],
      'broken',
    ],
    ['two skips', [[2, skip]], null],
    ['three skips', [[3, skip]], 'unproven'],
    [
      'nineteen skips after a pass',
      [
        [1, pass],
        [19, skip],
      ],
      null,
    ],
    [
      'twenty skips after a pass',
      [
        [1, pass],
        [20, skip],
      ],
      'unproven',
    ],
    [
      'skips with a pass between',
      [
        [15, skip],
        [1, pass],
        [15, skip],
      ],
      null,
    ],
    ['nothing in a run', [[9, { passed: 0, failed: 0, skipped: 0 }]], null],
    // It runs on because its file does: what it then shows counts.
    [
      'a failure after proof',
      [
        [299, pass],
        [1, fail],
      ],
      'flaky',
    ],
    [
      'a pass after being broken',
      [
        [5, fail],
        [1, pass],
      ],
      'flaky',
    ],
    [
      'skips after proof',
      [
        [299, pass],
        [20, skip],
      ],
      'stable',
    ],
    [
      'a pass after being given up',
      [
        [3, skip],
        [1, pass],
      ],
      null,
    ],
  ] as const)('after %s', (_, seen, verdict) => {
    expect(after(...seen).settled('t')).toBe(verdict);
  });
});

test('a test never seen is not settled, and not waited for', () => {
  const proof = createProof(asked);
  expect(proof.settled('t')).toBeNull();
  expect(proof.unsettled()).toEqual([]);
  expect(proof.remainingAtWorst()).toBe(0);
  expect(proof.runs).toBe(299);
});

test.each([
  ['a pass', [[1, pass]], 298],
  ['a failure', [[1, fail]], 4],
  ['a skip', [[1, skip]], 299],
  ['proof', [[299, pass]], 0],
] as const)('after %s the rest at worst is known', (_, seen, runs) => {
  expect(after(...seen).remainingAtWorst()).toBe(runs);
});

test('the test furthest from settled decides what remains', () => {
  const proof = after([100, pass]);
  proof.add('late', pass);
  proof.add('bad', fail);
  proof.add('flaky', pass);
  proof.add('flaky', fail);
  expect(proof.unsettled()).toEqual(['t', 'late', 'bad']);
  expect(proof.remainingAtWorst()).toBe(298);
});

test('what it settles agrees with the verdict of the report', () => {
  for (let passed = 0; passed <= 301; passed++) {
    for (const failed of [0, 1, 4, 5, 6]) {
      const settled = after([1, { passed, failed, skipped: 0 }]).settled('t');
      const judged = verdictOf(
        { attempts: passed + failed, passed },
        { prove: asked.rate, confidence: asked.confidence },
      );
      if (settled !== null) expect(settled, `${passed} and ${failed}`).toBe(judged);
      else expect(['unproven', 'broken']).toContain(judged);
    }
  }
});
