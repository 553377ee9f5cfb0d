import type { ConditionName, ExecutorKind, NoticeGiven, RunEvent } from '../events.js';

/** One test file of one project. */
export interface TestFile {
  readonly project: string;
  /** Relative to the root, forward slashes. */
  readonly file: string;
}

/** What the suite turned out to be. */
export interface Selection {
  readonly vitest: string;
  readonly node: string;
  readonly files: readonly TestFile[];
  readonly projects: readonly string[];
  /** Files at once, as the suite's config or the option says. */
  readonly workers: number;
  readonly executor: ExecutorKind;
  readonly notices: readonly NoticeGiven[];
}

/** One pass of the selection. */
export interface RunPlan {
  readonly run: number;
  readonly condition: ConditionName;
  /** null: the order that Vitest's own first run would take; else files and tests are shuffled by it. */
  readonly orderSeed: number | null;
  /** Of everything else random in this run, such as the order of a suite that shuffles itself. */
  readonly seed: number;
  /** One file at a time, tests of a file one after another. */
  readonly serial: boolean;
  /** Only these; null for the whole selection. */
  readonly only: readonly TestFile[] | null;
}

/**
 * Carries out runs. One run at a time; nothing it starts outlives `close`.
 *
 * `run` ends with exactly one `runFinished`, also when the signal aborts it or its process dies;
 * whatever had happened before that is reported first. Contract suite: `test/contract/`.
 */
export interface Executor {
  /** @throws FlakehoundError `ENV_*` or `USAGE_*` when the suite can't be opened */
  open(): Promise<Selection>;
  run(plan: RunPlan, signal: AbortSignal): AsyncIterable<RunEvent>;
  close(): Promise<void>;
}

/** What a hunt asks of the executor, complete: no default lives below the command line. */
export interface SuiteOptions {
  /** Absolute. */
  readonly root: string;
  readonly config: string | null;
  readonly projects: readonly string[];
  /** Vitest's own file filters. */
  readonly filters: readonly string[];
  /** Vitest's own `-t`. */
  readonly testNamePattern: string | null;
  /** Git ref, true for uncommitted changes, or null. */
  readonly changed: string | true | null;
  readonly shard: { readonly index: number; readonly count: number } | null;
  /** null: as the suite's config says. */
  readonly workers: number | null;
  /** A worker that reports no progress for so long is killed; null: 60 s, or what the suite's own limits need. */
  readonly stallMs: number | null;
  /**
   * `auto` takes the fork server where it works; `vitest` forces Vitest's own workers; `context`
   * puts each file into a VM context of a kept process, which weakens isolation.
   */
  readonly via: 'auto' | 'vitest' | 'context';
  /** Run globalSetup once for the whole hunt instead of once a run: state it makes is then shared by runs. */
  readonly globalSetup: 'everyRun' | 'once';
}
