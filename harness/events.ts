/**
 * The narrow waist: everything a hunt finds out leaves the runner as one of these events, and
 * every reader (statistics, terminal, reports, page) is a function over them. Plain JSON values
 * only, so that events cross processes and files unchanged. Durations are in milliseconds,
 * instants are ISO 8601 strings in UTC, paths are relative to the root with forward slashes.
 */

/** What a run changes against the plain suite. */
export type ConditionName = 'baseline' | 'shuffled' | 'serial' | 'stressed';

export const conditionNames: readonly ConditionName[] = [
  'baseline',
  'shuffled',
  'serial',
  'stressed',
];

/** Who a test is, on every machine and in every order. */
export interface TestIdentity {
  /** Twelve hex digits over project, file, name and ordinal. */
  readonly id: string;
  /** Vitest's project name; '' where the suite has none. */
  readonly project: string;
  readonly file: string;
  /** Full name, ' > ' between its parts. */
  readonly name: string;
  /** 0, or the place among tests of the same file and full name, in order of definition. */
  readonly ordinal: number;
}

export interface FailureDetail {
  /** The error's class, such as AssertionError. */
  readonly name: string;
  readonly message: string;
  /** As the runtime printed it; '' when there is none. */
  readonly stack: string;
  /** Topmost frame in the user's own code, `file:line:column`; null when none is known. */
  readonly frame: string | null;
}

/** How one attempt ended. */
export type Outcome =
  | { readonly kind: 'passed'; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly durationMs: number; readonly failure: FailureDetail }
  /** Vitest's own time limit, or the hunt's watchdog where the test blocked its whole thread. */
  | { readonly kind: 'timedOut'; readonly durationMs: number; readonly failure: FailureDetail }
  /** The worker died while this test was running. */
  | { readonly kind: 'crashed'; readonly durationMs: number; readonly failure: FailureDetail }
  /** `declared`: skip, todo or filtered by the suite. `notReached`: its file, hook or worker failed first. */
  | { readonly kind: 'skipped'; readonly why: 'declared' | 'notReached' };

export interface HuntAsked {
  /** Runs per condition; null when something else ends the hunt. */
  readonly runs: number | null;
  readonly forMs: number | null;
  readonly untilFailure: boolean;
  /** Rate to exclude for every test, 0..1; null unless `--prove` was given. */
  readonly prove: number | null;
}

export interface HuntStarted {
  readonly type: 'huntStarted';
  readonly id: string;
  readonly seed: number;
  readonly root: string;
  /** As typed, for the report. */
  readonly command: readonly string[];
  /** Version of the user's Vitest. */
  readonly vitest: string;
  readonly node: string;
  readonly startedAt: string;
  readonly asked: HuntAsked;
  /** 0..1, such as 0.95. */
  readonly confidence: number;
  readonly conditions: readonly ConditionName[];
  readonly workers: number;
  readonly executor: ExecutorKind;
  readonly files: number;
  readonly projects: readonly string[];
  readonly shard: { readonly index: number; readonly count: number } | null;
}

/**
 * `forkServer`: every file in a forked copy of a warm template; `vitest`: Vitest's own workers.
 */
export type ExecutorKind = 'forkServer' | 'vitest';

export interface RunStarted {
  readonly type: 'runStarted';
  /** Counts from 1 through the whole hunt. */
  readonly run: number;
  readonly condition: ConditionName;
  /** Seed of the order; null for declared order. */
  readonly orderSeed: number | null;
  readonly files: number;
}

/** One try of one test in one run: with `retry` in the suite's config, every try is an attempt. */
export interface AttemptFinished {
  readonly type: 'attemptFinished';
  readonly run: number;
  readonly condition: ConditionName;
  readonly test: TestIdentity;
  /** 0 for the first try in this run. */
  readonly attempt: number;
  readonly outcome: Outcome;
}

/** Where in a file, outside any test, it went wrong. */
export type FilePhase = 'import' | 'hook' | 'crash' | 'timeout' | 'unhandled' | 'teardown';

export interface FileFailed {
  readonly type: 'fileFailed';
  readonly run: number;
  readonly condition: ConditionName;
  readonly project: string;
  readonly file: string;
  readonly phase: FilePhase;
  readonly failure: FailureDetail;
}

/** One file was carried through in this run, whatever its tests did. */
export interface FileFinished {
  readonly type: 'fileFinished';
  readonly run: number;
  readonly condition: ConditionName;
  readonly project: string;
  readonly file: string;
  readonly durationMs: number;
}

/** An error which belongs to no file: globalSetup, a reporter, the pool. */
export interface ErrorRaised {
  readonly type: 'errorRaised';
  readonly run: number;
  readonly condition: ConditionName;
  readonly failure: FailureDetail;
}

/** Something the reader must know to judge the figures. */
export interface NoticeGiven {
  readonly type: 'noticeGiven';
  readonly code: string;
  readonly message: string;
}

export interface RunFinished {
  readonly type: 'runFinished';
  readonly run: number;
  readonly condition: ConditionName;
  /** `crashed`: the process that hosts Vitest died; what it had reported before is kept. */
  readonly status: 'completed' | 'crashed' | 'interrupted';
  readonly durationMs: number;
}

/** A sequential hunt (`--prove`) needs no further run for this test. */
export interface TestSettled {
  readonly type: 'testSettled';
  readonly id: string;
  readonly verdict: Verdict;
  readonly run: number;
}

/** After a run of a sequential hunt: how many more it takes at worst. */
export interface RemainingEstimated {
  readonly type: 'remainingEstimated';
  readonly runs: number;
  readonly unsettled: number;
}

export type StopReason = 'runsDone' | 'timeUp' | 'failureFound' | 'allSettled' | 'interrupted';

export interface HuntFinished {
  readonly type: 'huntFinished';
  readonly durationMs: number;
  readonly stopped: StopReason;
}

/** stable: all pass; flaky: mixed; broken: none pass; unproven: too few attempts for what was asked. */
export type Verdict = 'stable' | 'flaky' | 'broken' | 'unproven';

/** What one run, carried out by an executor, tells. */
export type RunEvent =
  | AttemptFinished
  | FileFailed
  | FileFinished
  | ErrorRaised
  | NoticeGiven
  | RunFinished;

export type HuntEvent =
  | HuntStarted
  | RunStarted
  | RunEvent
  | TestSettled
  | RemainingEstimated
  | HuntFinished;
