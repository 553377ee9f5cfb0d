import type { ConditionName } from '../events.js';

/** A hunt while it runs, as a live line or page shows it. */
export interface LiveView {
  /** Runs that are over, completed or crashed. */
  readonly runsDone: number;
  /** Over all conditions; null when something else than a number of runs ends the hunt. */
  readonly runsAsked: number | null;
  /** Of the run under way; null between runs. */
  readonly condition: ConditionName | null;
  readonly run: number | null;
  /** Files of the run under way. */
  readonly filesDone: number;
  readonly filesInRun: number;
  /** Not counting skipped ones. */
  readonly attempts: number;
  /** Over the whole hunt so far. */
  readonly attemptsPerSecond: number;
  readonly elapsedMs: number;
  /** Until the hunt ends at the latest, at the speed so far; null when nothing tells yet. */
  readonly etaMs: number | null;
  /** Highest rate first. */
  readonly flaky: readonly LiveTest[];
  /** Tests that have failed and never passed so far. */
  readonly broken: number;
  /** Ways in which files failed outside their tests. */
  readonly fileFailures: number;
  /** Of a sequential hunt; else null. */
  readonly remaining: { readonly runs: number; readonly unsettled: number } | null;
}

export interface LiveTest {
  readonly id: string;
  readonly file: string;
  readonly name: string;
  readonly failures: number;
  readonly attempts: number;
  readonly flakeRate: number;
}
