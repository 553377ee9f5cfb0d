import type { Verdict } from '../events.js';
import { runsToExclude } from './runsNeeded.js';

/** What one run said about one test; every try counts. */
export interface RunOfTest {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Decides, run by run, which tests need no further run. */
export interface Proof {
  /** Runs without a failure that prove a test stable: what a hunt takes at worst. */
  readonly runs: number;
  add(testId: string, seen: RunOfTest): void;
  /** null while further runs still tell something, or for a test never seen. */
  settled(testId: string): Verdict | null;
  /** Ids in the order in which they were first seen. */
  unsettled(): string[];
  /** Runs until the last test is settled, if none of them fails again or is skipped; 0 when all are. */
  remainingAtWorst(): number;
}

/** A test that passes at least this often is not to be called broken. */
const passRateOfBroken = 0.5;
/** Runs that only skipped a test: at its start, and after it has been seen to run. */
const skipPatience = { neverRan: 3, ranBefore: 20 } as const;

interface Seen {
  passed: number;
  failed: number;
  /** Latest runs, without a gap, that only skipped it. */
  skippedInARow: number;
}

/**
 * A sequential proof that each test's flake rate lies below `rate`.
 *
 * | passed  | failed | skipped in a row          | settled as |
 * |---------|--------|---------------------------|------------|
 * | 1+      | 1+     | any                       | flaky      |
 * | `runs`+ | 0      | any                       | stable     |
 * | 0       | m+     | any                       | broken     |
 * | fewer   | fewer  | 3, or 20 if it ever ran   | unproven   |
 *
 * where `runs` = runsToExclude(rate) and m = runsToExclude(50 %), both at `confidence`: 299 and 5
 * for 1 % at 95 %. What it claims, for each test by itself and attempts independent of another:
 * - a test whose true rate is `rate` or more is called stable with probability <= 1 - confidence;
 * - a test that never fails is never called flaky or broken;
 * - a test whose true pass rate is 50 % or more is called broken with probability <= 1 - confidence.
 *
 * Looking after each run costs nothing of that: stable and broken are decided at one fixed number
 * of attempts only, and flaky needs no inference. It is not claimed that all tests of a suite are
 * judged right together, nor that a test passing less often than 50 % isn't called broken. A test
 * that runs on after it was settled, because its file does, may still turn out flaky.
 *
 * @param asked - `rate` above 0, at most 1; `confidence` in 0..1, exclusive
 */
export function createProof(asked: { readonly rate: number; readonly confidence: number }): Proof {
  const runs = runsToExclude(asked.rate, asked.confidence);
  const failuresOfBroken = runsToExclude(passRateOfBroken, asked.confidence);
  const tests = new Map<string, Seen>();

  const judge = ({ passed, failed, skippedInARow }: Seen): Verdict | null => {
    if (passed > 0 && failed > 0) return 'flaky';
    if (passed >= runs) return 'stable';
    if (failed >= failuresOfBroken) return 'broken';
    const patience = passed + failed > 0 ? skipPatience.ranBefore : skipPatience.neverRan;
    return skippedInARow >= patience ? 'unproven' : null;
  };

  return {
    runs,
    add(testId, { passed, failed, skipped }) {
      const seen = tests.get(testId) ?? { passed: 0, failed: 0, skippedInARow: 0 };
      tests.set(testId, seen);
      seen.passed += passed;
      seen.failed += failed;
      if (passed + failed > 0) seen.skippedInARow = 0;
      else if (skipped > 0) seen.skippedInARow += 1;
    },
    settled(testId) {
      const seen = tests.get(testId);
      return seen === undefined ? null : judge(seen);
    },
    unsettled: () => [...tests].filter(([, seen]) => judge(seen) === null).map(([id]) => id),
    remainingAtWorst() {
      let worst = 0;
      for (const seen of tests.values()) {
        if (judge(seen) !== null) continue;
        const left = seen.failed > 0 ? failuresOfBroken - seen.failed : runs - seen.passed;
        worst = Math.max(worst, left);
      }
      return worst;
    },
  };
}
