export type { CrashBound, StateBound } from '../faults/durability/bound.js';
export type { CrashModel } from '../faults/durability/modelRules.js';
export { assertCrashSafe, type CrashOptions, type CrashReport } from './crash/assertCrashSafe.js';
export type {
  CrashWorld,
  Invariant,
  Seen,
  Told,
  Workload,
  WorkloadWorld,
} from './crash/world.js';
