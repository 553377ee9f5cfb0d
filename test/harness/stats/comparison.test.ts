import { describe, expect, test } from 'vitest';
import type { ConditionName, HuntEvent } from '../../../harness/events.js';
import { type Comparison, compareReports } from '../../../harness/stats/comparison.js';
import type { HuntReport } from '../../../harness/stats/huntReport.js';
import {
  attempt,
  failed,
  fileFailed,
  fileFinished,
  identity,
  passed,
  reportOf,
  runFinished,
  runStarted,
  skipped,
} from './builders.js';

/** A hunt of `runs` runs in which each test fails in so many of them; null: it isn't there. */
function huntOf(
  runs: number,
  failures: Readonly<Record<string, number | 'skipped' | null>>,
  how: { readonly imports?: number; readonly conditions?: readonly ConditionName[] } = {},
): HuntReport {
  const conditions = how.conditions ?? ['baseline'];
  const events = conditions.flatMap((condition) =>
    Array.from({ length: runs }, (_, at): HuntEvent[] => {
      const run = at + 1;
      const tests = Object.entries(failures).flatMap(([name, count]) => {
        if (count === null) return [];
        const outcome = count === 'skipped' ? skipped : run <= count ? failed() : passed;
        return [attempt(run, outcome, { condition, test: identity({ name }) })];
      });
      return [
        runStarted(run, { condition }),
        ...(run <= (how.imports ?? 0) ? [fileFailed(run, { condition })] : tests),
        fileFinished(run, { condition }),
        runFinished(run, { condition }),
      ];
    }).flat(),
  );
  return reportOf(events, { conditions });
}

const names = (some: readonly { readonly name: string }[]): string[] =>
  some.map(({ name }) => name);

function placesOf(comparison: Comparison) {
  const { worse, better, unclear, appeared, vanished, same } = comparison;
  return {
    worse: names(worse),
    better: names(better),
    unclear: names(unclear),
    appeared: names(appeared),
    vanished: names(vanished),
    same,
  };
}

const nothing = { worse: [], better: [], unclear: [], appeared: [], vanished: [], same: 0 };

describe('one test goes where its counts put it', () => {
  test.each([
    ['all pass, all pass', 0, 0, { same: 1 }],
    ['none, half', 0, 10, { worse: ['a'] }],
    ['half, none', 10, 0, { better: ['a'] }],
    ['never passed, always passes', 20, 0, { better: ['a'] }],
    ['none, one of 20: chance explains it', 0, 1, { unclear: ['a'] }],
    ['the same rate', 7, 7, { same: 1 }],
    ['new', null, 3, { appeared: ['a'] }],
    ['gone', 3, null, { vanished: ['a'] }],
    ['skipped by now', 3, 'skipped', { vanished: ['a'] }],
    ['not skipped any more', 'skipped', 3, { appeared: ['a'] }],
    ['skipped in both', 'skipped', 'skipped', {}],
  ] as const)('%s', (_, before, after, expected) => {
    const comparison = compareReports(huntOf(20, { a: before }), huntOf(20, { a: after }), 0.95);
    expect(placesOf(comparison)).toEqual({ ...nothing, ...expected });
  });
});

test('a thousand stable tests do not hide the one that changed', () => {
  const stable = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`t${at}`, 0]));
  const comparison = compareReports(
    huntOf(20, { ...stable, changed: 0 }),
    huntOf(20, { ...stable, changed: 6 }),
    0.95,
  );
  expect(placesOf(comparison)).toEqual({ ...nothing, worse: ['changed'], same: 1000 });
  // 0 of 20 and 6 of 20, computed by hand: 2 * C(20,6) / C(40,6).
  expect(comparison.worse[0]?.adjusted).toBeCloseTo((2 * 38_760) / 3_838_380, 10);
});

test('many that could have changed make one small probability less convincing', () => {
  const wobbling = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`t${at}`, 8]));
  const comparison = compareReports(
    huntOf(20, { ...wobbling, changed: 0 }),
    huntOf(20, { ...wobbling, changed: 6 }),
    0.95,
  );
  expect(placesOf(comparison)).toEqual({ ...nothing, unclear: ['changed'], same: 10 });
  expect(comparison.unclear[0]?.adjusted).toBeCloseTo((11 * 2 * 38_760) / 3_838_380, 10);
});

test('more certainty is asked of a higher confidence', () => {
  const [before, after] = [huntOf(20, { a: 0 }), huntOf(20, { a: 6 })];
  expect(compareReports(before, after, 0.95).worse).toHaveLength(1);
  expect(compareReports(before, after, 0.99).worse).toHaveLength(0);
});

test('a file that stops loading got worse, and its tests vanished', () => {
  const comparison = compareReports(
    huntOf(20, { a: 0 }),
    huntOf(20, { a: 0 }, { imports: 20 }),
    0.95,
  );
  expect(placesOf(comparison)).toEqual({ ...nothing, worse: [''], vanished: ['a'] });
  expect(comparison.worse[0]).toMatchObject({
    phase: 'import',
    before: { failures: 0, attempts: 20 },
    after: { failures: 20, attempts: 20, verdict: 'broken' },
  });
});

test('a file failure of a file that the other hunt never had appears', () => {
  const comparison = compareReports(huntOf(3, {}), huntOf(3, {}, { imports: 3 }), 0.95);
  expect(placesOf(comparison)).toEqual({ ...nothing, appeared: [''] });
});

test('only conditions that both hunts had are counted', () => {
  const before = huntOf(10, { a: 1 });
  const after = huntOf(10, { a: 1 }, { conditions: ['stressed', 'baseline'] });
  const comparison = compareReports(before, after, 0.95);
  expect(comparison.conditions).toEqual(['baseline']);
  expect(placesOf(comparison)).toEqual({ ...nothing, same: 1 });
});

test('hunts without a common condition cannot be compared', () => {
  const after = huntOf(2, { a: 0 }, { conditions: ['stressed'] });
  expect(() => compareReports(huntOf(2, { a: 0 }), after, 0.95)).toThrow(
    expect.objectContaining({ code: 'REPORT_MISMATCH' }),
  );
});

test('the most certain difference comes first', () => {
  const comparison = compareReports(
    huntOf(40, { a: 0, b: 0, c: 40, d: 30 }),
    huntOf(40, { a: 12, b: 30, c: 20, d: 0 }),
    0.95,
  );
  expect(placesOf(comparison)).toMatchObject({ worse: ['b', 'a'], better: ['d', 'c'] });
});
