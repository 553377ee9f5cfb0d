import type { ConditionName, HuntAsked, StopReason } from '../events.js';
import type { RunPlan, TestFile } from './executor.js';
import { deriveSeed } from './seed.js';

/** What decides the runs of a hunt, complete. */
export interface ScheduleOptions {
  readonly seed: number;
  readonly asked: HuntAsked;
  /** At least one, each once. */
  readonly conditions: readonly ConditionName[];
  /** `shuffled`: in every condition, so that each still differs from the baseline in one thing. */
  readonly order: 'declared' | 'shuffled';
}

/** How far a hunt has come. */
export interface HuntProgress {
  readonly runsStarted: number;
  readonly elapsedMs: number;
  readonly interrupted: boolean;
  readonly failureSeen: boolean;
  /** Files in which a test is unsettled; null when the hunt proves nothing. */
  readonly unsettled: readonly TestFile[] | null;
}

export type Step =
  | { readonly kind: 'run'; readonly plan: RunPlan }
  | { readonly kind: 'stop'; readonly reason: StopReason };

/** Decides what comes next: another run, or the end and its reason. */
export function nextStep(options: ScheduleOptions, progress: HuntProgress): Step {
  const reason = reasonToStop(options, progress);
  if (reason !== null) return { kind: 'stop', reason };
  return { kind: 'run', plan: planRun(options, progress.runsStarted + 1, progress.unsettled) };
}

function reasonToStop(options: ScheduleOptions, progress: HuntProgress): StopReason | null {
  const { asked, conditions } = options;
  if (progress.interrupted) return 'interrupted';
  if (asked.untilFailure && progress.failureSeen) return 'failureFound';
  if (progress.unsettled?.length === 0) return 'allSettled';
  if (asked.runs !== null && progress.runsStarted >= asked.runs * conditions.length) {
    return 'runsDone';
  }
  if (asked.forMs !== null && progress.elapsedMs >= asked.forMs) return 'timeUp';
  return null;
}

/**
 * Plans one run. Conditions take turns, so that whatever drifts on the machine meets all alike.
 *
 * @param run - counts from 1 through the whole hunt
 */
export function planRun(
  options: ScheduleOptions,
  run: number,
  only: readonly TestFile[] | null,
): RunPlan {
  const condition = options.conditions[(run - 1) % options.conditions.length]!;
  const shuffles = condition === 'shuffled' || options.order === 'shuffled';
  return {
    run,
    condition,
    orderSeed: shuffles ? deriveSeed(options.seed, `run/${run}/order`) : null,
    seed: deriveSeed(options.seed, `run/${run}/suite`),
    serial: condition === 'serial',
    only,
  };
}

/** A run may overrun the end of `--for` by this much at least. */
const shortestGraceMs = 60_000;

/**
 * When a run in flight is aborted under `--for`, in milliseconds from the hunt's start.
 *
 * The last run is let finish, because cutting it short would count its quick tests once more than
 * its slow ones; only one that overruns by half the asked time, and by a minute, is given up.
 */
export function abortAtMs(forMs: number): number {
  return forMs + Math.max(shortestGraceMs, forMs / 2);
}
