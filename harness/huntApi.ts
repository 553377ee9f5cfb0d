export { type ErrorCode, FlakehoundError } from '../src/index.js';
export {
  type AttemptFinished,
  type ConditionName,
  conditionNames,
  type ErrorRaised,
  type ExecutorKind,
  type FailureDetail,
  type FileFailed,
  type FileFinished,
  type FilePhase,
  type HuntAsked,
  type HuntEvent,
  type HuntFinished,
  type HuntStarted,
  type NoticeGiven,
  type Outcome,
  type RemainingEstimated,
  type RunEvent,
  type RunFinished,
  type RunStarted,
  type StopReason,
  type TestIdentity,
  type TestSettled,
  type Verdict,
} from './events.js';
export { type Clock, systemClock } from './runner/clock.js';
export type { Executor, RunPlan, Selection, SuiteOptions, TestFile } from './runner/executor.js';
export { type HuntOptions, type HuntPorts, hunt, type Resumption } from './runner/hunt.js';
export { type CpuLoad, createCpuLoad, type Load } from './runner/load.js';
export { createLocalExecutor } from './runner/localExecutor.js';
export type { ScheduleOptions } from './runner/schedule.js';
export type {
  Counts,
  Durations,
  FileReport,
  HuntHead,
  HuntReport,
  Interval,
  Signature,
  SuiteError,
  TestReport,
} from './stats/huntReport.js';
export type { LiveTest, LiveView } from './stats/liveView.js';
export { createTally, type Tally } from './stats/tally.js';
