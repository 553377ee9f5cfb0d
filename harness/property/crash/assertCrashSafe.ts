import { FlakehoundError } from '../../../src/index.js';
import type { CrashOptions } from './crashOptions.js';
import { investigate } from './investigate.js';
import { leftOut } from './leftOut.js';
import { renderFailure } from './renderFailure.js';
import type { Workload } from './world.js';

/** What was visited without finding a failure. */
export interface CrashReport {
  /** Crashes inside recovery included. */
  readonly crashPoints: number;
  readonly statesVisited: number;
  readonly distinctStates: number;
  /** What the bound left out, in words. */
  readonly boundLeftOut: string;
}

/**
 * Runs a workload, then visits every crash point with every legal set of lost, torn and reordered
 * unsynced effects within the bound, recovers each, and crashes again inside recovery.
 *
 * @throws FlakehoundError `CRASH_UNSAFE` with the broken invariant, the shortest script that breaks
 * it, the state left on the disk and the sync that is missing; `CRASH_OPTION` for options that make
 * no sense; and whatever the workload throws by itself
 */
export async function assertCrashSafe<State>(
  workload: Workload,
  options: CrashOptions<State>,
): Promise<CrashReport> {
  const { findings, tally, bound } = await investigate(workload, options);
  if (findings) {
    throw new FlakehoundError('CRASH_UNSAFE', renderFailure(findings), {
      hint: 'add the missing sync, or pass the printed `only` to look at this one state again',
      cause: findings.failure.complaint.cause,
    });
  }
  const { crashPoints, statesVisited, distinctStates } = tally;
  return { crashPoints, statesVisited, distinctStates, boundLeftOut: leftOut(bound, tally) };
}
