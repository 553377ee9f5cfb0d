import {
  assertCrashSafe,
  type BoundGiven,
  type CrashModel,
  type CrashReport,
} from '../../../harness/property/index.js';
import { Course } from './course.js';
import { type Counts, invariantsOf } from './properties.js';
import type { ProofScript } from './scripts.js';
import { type Shown, wake } from './wake.js';

/** How far a script's crash states are visited. */
export interface ProveHow {
  readonly model: CrashModel;
  readonly bound: BoundGiven;
  /** Of so many recovered disks one is opened again and written to. */
  readonly secondActs: number;
  readonly counts: Counts;
}

/**
 * Runs a script on a store and judges all that crashes may leave of it.
 *
 * @throws FlakehoundError `CRASH_UNSAFE` with the property that broke
 */
export async function prove(proof: ProofScript, how: ProveHow): Promise<CrashReport> {
  const { script, options, faults, hasZombies } = proof;
  const course = new Course({
    script,
    ...(options === undefined ? {} : { options }),
    ...(faults === undefined ? {} : { isFaulty: true }),
    ...(hasZombies === undefined ? {} : { hasZombies }),
  });
  return await assertCrashSafe<Shown>(course.run, {
    recover: wake({ ids: idsOf(proof), secondActs: how.secondActs }),
    invariants: invariantsOf(course, how.counts),
    model: how.model,
    bound: how.bound,
    ...(faults === undefined ? {} : { faults }),
  });
}

/** All ids in a script. */
function idsOf({ script }: ProofScript): readonly string[] {
  const ids = new Set<string>();
  JSON.stringify(script, (key, value: unknown) => {
    if (key === 'id' && typeof value === 'string') ids.add(value);
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string') {
      ids.add(value[1]);
    }
    return value;
  });
  return [...ids];
}
