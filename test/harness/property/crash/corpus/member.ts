import type { ModelRules } from '../../../../../harness/faults/durability/modelRules.js';
import {
  type Investigation,
  investigate,
  safetyByRules,
} from '../../../../../harness/property/crash/investigate.js';
import type { CrashOptions, Workload } from '../../../../../harness/property/index.js';

/** A small writer whose safety is known. */
export interface Member {
  readonly name: string;
  /** `safe`, or what explains why it is not. */
  readonly expected: string;
  readonly investigate: () => Promise<Investigation>;
  readonly safetyByRules: () => Promise<(rules: ModelRules) => Promise<boolean>>;
}

/** A writer with its recovery, and what is expected of it. */
export function member<State>(
  name: string,
  expected: string,
  how: CrashOptions<State> & { readonly workload: Workload },
): Member {
  const { workload, ...options } = how;
  return {
    name,
    expected,
    investigate: () => investigate(workload, options),
    safetyByRules: () => safetyByRules(workload, options),
  };
}

export const safe = 'safe';
export const order =
  'No sync can help: nothing was lost, a crash at that point is enough. Change the order of the operations, or make them one';
/** Expects a sync to be missing. */
export const missing = (target: string, after: string): string =>
  `Missing sync: fsync of the ${target} after ${after}`;

/** Expects a write to be at fault for coming in part. */
export const torn = (operation: number, where = ''): string =>
  `No sync can help: the write of operation ${operation}${where} may arrive in part. Add a checksum, or write a new file and rename it`;
