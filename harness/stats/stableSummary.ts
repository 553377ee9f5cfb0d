import { flakeInterval } from './flakeInterval.js';
import type { HuntReport } from './huntReport.js';
import { runsToExclude } from './runsNeeded.js';

/** What was proven of the stable tests with the same number of attempts. */
export interface StableGroup {
  readonly tests: number;
  readonly attempts: number;
  /** Upper bound of each one's flake rate; not of all of them at once. */
  readonly atMost: number;
}

export interface StableSummary {
  readonly tests: number;
  readonly confidence: number;
  /** Most attempts first. */
  readonly groups: readonly StableGroup[];
  /** How many attempts in all would exclude the next rate; null when no test is stable. */
  readonly next: { readonly rate: number; readonly runs: number } | null;
}

/** Rates that people ask about. */
const roundRates = [0.01, 0.001, 0.0001, 0.00001];

/** Says how far stability was proven, and what it takes to prove more. */
export function stableSummary(report: HuntReport): StableSummary {
  const { confidence } = report.hunt;
  const testsByAttempts = new Map<number, number>();
  for (const { verdict, attempts } of report.tests) {
    if (verdict !== 'stable') continue;
    testsByAttempts.set(attempts, (testsByAttempts.get(attempts) ?? 0) + 1);
  }
  const groups = [...testsByAttempts]
    .sort(([a], [b]) => b - a)
    .map(([attempts, tests]) => ({
      tests,
      attempts,
      atMost: flakeInterval(0, attempts, confidence).high,
    }));
  const fewest = groups.at(-1);
  const rate = roundRates.find((one) => {
    return fewest !== undefined && runsToExclude(one, confidence) > fewest.attempts;
  });
  return {
    tests: groups.reduce((sum, { tests }) => sum + tests, 0),
    confidence,
    groups,
    next: rate === undefined ? null : { rate, runs: runsToExclude(rate, confidence) },
  };
}
