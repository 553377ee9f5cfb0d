import type { ConditionName, ExecutorKind, FilePhase, StopReason, Verdict } from '../events.js';

/** The JSON report, `schemaVersion` 1: a contract with whoever parses it. See report.schema.json. */
export interface HuntReport {
  readonly schemaVersion: 1;
  readonly hunt: HuntHead;
  readonly tests: readonly TestReport[];
  /** Failures outside any test: import, hooks, crashes, unhandled errors. */
  readonly files: readonly FileReport[];
  /** What belongs to no file. */
  readonly errors: readonly SuiteError[];
}

export interface HuntHead {
  readonly id: string;
  readonly seed: number;
  readonly root: string;
  readonly command: readonly string[];
  readonly vitest: string;
  readonly node: string;
  readonly startedAt: string;
  readonly durationMs: number;
  /** `asked` is null when time, a failure or a proof ends the hunt. */
  readonly runs: { readonly asked: number | null; readonly done: number; readonly crashed: number };
  readonly conditions: readonly ConditionName[];
  readonly interrupted: boolean;
  readonly stopped: StopReason;
  /** 0..1, of every interval below. */
  readonly confidence: number;
  /** Rate that `--prove` was to exclude, 0..1. */
  readonly prove: number | null;
  readonly workers: number;
  readonly executor: ExecutorKind;
  readonly files: number;
  readonly shard: { readonly index: number; readonly count: number } | null;
  readonly notices: readonly { readonly code: string; readonly message: string }[];
}

export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  /** `wilson`: two-sided score interval; `exact`: one-sided exact bound, for 0 or n failures of n. */
  readonly method: 'wilson' | 'exact';
}

export interface Counts {
  /** Attempts not skipped: n of the rate. */
  readonly attempts: number;
  readonly passed: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly crashed: number;
  readonly skipped: number;
}

export interface TestReport extends Counts {
  readonly id: string;
  readonly file: string;
  readonly name: string;
  readonly project: string;
  readonly verdict: Verdict;
  /** null when every attempt was skipped. */
  readonly flakeRate: number | null;
  readonly interval: Interval | null;
  readonly byCondition: readonly (Counts & {
    readonly condition: ConditionName;
    readonly flakeRate: number | null;
    readonly interval: Interval | null;
  })[];
  readonly signatures: readonly Signature[];
  readonly durationMs: Durations | null;
  /** Found by experiment: see `diagnose`. */
  readonly cause?: { readonly kind: string; readonly evidence: string };
}

export interface Signature {
  /** Twelve hex digits over the normalised message and the frame. */
  readonly key: string;
  /** Normalised: addresses, numbers that vary, temporary paths replaced. */
  readonly message: string;
  readonly frame: string | null;
  readonly count: number;
  readonly firstRun: number;
  /** A command that makes it fail again. */
  readonly replay: string;
}

export interface Durations {
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  /** `[upper bound in ms, count]`, geometric, for merging: median and p95 are read from it. */
  readonly buckets: readonly (readonly [number, number])[];
}

export interface FileReport {
  readonly file: string;
  readonly project: string;
  readonly phase: FilePhase;
  readonly verdict: 'flaky' | 'broken';
  /** Runs in which the file was carried out, and those in which it failed so. */
  readonly runs: number;
  readonly failedRuns: number;
  readonly flakeRate: number;
  readonly interval: Interval;
  /** Whether it fails in the plain suite too, or only where the hunt changed something. */
  readonly byCondition: readonly {
    readonly condition: ConditionName;
    readonly runs: number;
    readonly failedRuns: number;
  }[];
  readonly signatures: readonly Signature[];
}

export interface SuiteError {
  readonly message: string;
  readonly frame: string | null;
  readonly count: number;
  readonly firstRun: number;
}
