export type { CrashBound, StateBound } from '../faults/durability/bound.js';
export type { CrashModel } from '../faults/durability/modelRules.js';
export { type Interceptor, type Operation, passThrough } from '../faults/interceptor.js';
export { crash, delay, diskFull, fail, loseSync, shorten, tear } from '../faults/plan/effects.js';
export {
  type Effect,
  type FaultPlan,
  type FaultRule,
  faultPlan,
} from '../faults/plan/faultPlan.js';
export { compareWithModel } from './arbitraries/compareWithModel.js';
export { type CrashPoint, crashPoint, crashPoints } from './arbitraries/crashPoints.js';
export { type FaultPlanConstraints, faultPlans } from './arbitraries/faultPlans.js';
export { type FileScript, type FileStep, fileScript } from './arbitraries/fileScript.js';
export { type FileScriptConstraints, fileScripts } from './arbitraries/fileScripts.js';
export {
  type InterleavingConstraints,
  interleaving,
  interleavings,
} from './arbitraries/interleavings.js';
export {
  type JobScript,
  type JobStep,
  type JobWrite,
  jobScript,
  type Presumed,
} from './arbitraries/jobScript.js';
export { type JobScriptConstraints, jobScripts } from './arbitraries/jobScripts.js';
export { runFileScript, type ScriptFs, type StepOutcome } from './arbitraries/runFileScript.js';
export {
  type JobOutcome,
  type JobScriptRun,
  type JobScriptWorld,
  jobStoreContents,
  runJobScript,
} from './arbitraries/runJobScript.js';
export { scheduledFileSystem, schedulingInterceptor } from './arbitraries/scheduledFileSystem.js';
export { assertCrashSafe, type CrashReport } from './crash/assertCrashSafe.js';
export type { CrashCase } from './crash/crashCase.js';
export type { BoundGiven, CrashOptions } from './crash/crashOptions.js';
export type { Ground } from './crash/record.js';
export type {
  CrashWorld,
  Invariant,
  Seen,
  Told,
  Workload,
  WorkloadWorld,
} from './crash/world.js';
export type { SweepGround } from './sweep/ground.js';
export type { SweepWorld } from './sweep/runOnce.js';
export type { SweepLimits, WorkloadOutcome } from './sweep/supervision.js';
export type { SweepWorkload } from './sweep/sweep.js';
export type { OtherClock, SweepClock } from './sweep/sweepClock.js';
export { assertFaultSafe, sweepFaults } from './sweep/sweepFaults.js';
export type { SweepAftermath, SweepOptions, SweepProgress } from './sweep/sweepOptions.js';
export { renderSweep, type SweepFinding, type SweepReport } from './sweep/sweepReport.js';
