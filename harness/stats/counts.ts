import type { Outcome } from '../events.js';
import { flakeInterval } from './flakeInterval.js';
import type { Counts, Interval } from './huntReport.js';

/** `Counts` while they are still being counted. */
export type OpenCounts = { -readonly [K in keyof Counts]: Counts[K] };

export const noCounts = (): OpenCounts => ({
  attempts: 0,
  passed: 0,
  failed: 0,
  timedOut: 0,
  crashed: 0,
  skipped: 0,
});

/** Counts one outcome; a skipped one is no attempt. */
export function countOutcome(into: OpenCounts, outcome: Outcome): void {
  into[outcome.kind] += 1;
  if (outcome.kind !== 'skipped') into.attempts += 1;
}

/** Adds one set of counts to another, in place. */
export function addCounts(into: OpenCounts, more: Counts): void {
  into.attempts += more.attempts;
  into.passed += more.passed;
  into.failed += more.failed;
  into.timedOut += more.timedOut;
  into.crashed += more.crashed;
  into.skipped += more.skipped;
}

/** Attempts that did not pass, however they ended. */
export const failuresOf = (counts: Pick<Counts, 'attempts' | 'passed'>): number =>
  counts.attempts - counts.passed;

/** Rate and interval, or null for both where every attempt was skipped. */
export function rateOf(
  counts: Pick<Counts, 'attempts' | 'passed'>,
  confidence: number,
): { readonly flakeRate: number | null; readonly interval: Interval | null } {
  if (counts.attempts === 0) return { flakeRate: null, interval: null };
  const failures = failuresOf(counts);
  return {
    flakeRate: failures / counts.attempts,
    interval: flakeInterval(failures, counts.attempts, confidence),
  };
}
