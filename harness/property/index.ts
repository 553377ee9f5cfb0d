export type { CrashBound, StateBound } from '../faults/durability/bound.js';
export type { CrashModel } from '../faults/durability/modelRules.js';
export { assertCrashSafe, type CrashReport } from './crash/assertCrashSafe.js';
export type { CrashCase } from './crash/crashCase.js';
export type { BoundGiven, CrashOptions } from './crash/crashOptions.js';
export type {
  CrashWorld,
  Invariant,
  Seen,
  Told,
  Workload,
  WorkloadWorld,
} from './crash/world.js';
