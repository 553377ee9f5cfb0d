import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import type { FailureDetail, FilePhase, Outcome, TestIdentity } from '../../events.js';
import { failureDetail, isTimeout, plainFailure, type SerialError } from './failures.js';

/** A test or suite as Vitest's workers describe it: the same in 3.2, 4 and 5. */
export interface WorkerTask {
  readonly id: string;
  readonly name: string;
  readonly type: 'test' | 'suite' | 'custom';
  readonly mode: 'run' | 'skip' | 'only' | 'todo' | 'queued';
  readonly tasks?: readonly WorkerTask[];
  readonly filepath?: string;
  readonly projectName?: string;
  readonly result?: WorkerResult;
  /** Of a test: its time limit in ms; 0 for none. */
  readonly timeout?: number;
}

export interface WorkerResult {
  readonly state?: 'pass' | 'fail' | 'skip' | 'run' | 'queued' | 'todo' | 'only';
  readonly duration?: number;
  readonly errors?: readonly SerialError[];
  readonly retryCount?: number;
  readonly repeatCount?: number;
  /** The test skipped itself while it ran. */
  readonly pending?: boolean;
  /** Vitest 5 keeps every try. */
  readonly attempts?: readonly {
    readonly state: string;
    readonly errors?: readonly SerialError[];
    readonly duration?: number;
  }[];
}

export type TaskPack = readonly [id: string, result: WorkerResult | undefined, meta?: unknown];

/** An event of one file without the run it belongs to. */
export type FileFact =
  | {
      readonly type: 'attempt';
      readonly test: TestIdentity;
      readonly attempt: number;
      readonly outcome: Outcome;
    }
  | { readonly type: 'failure'; readonly phase: FilePhase; readonly failure: FailureDetail };

/** How the worker left the file; a death names what was running when it is known. */
export type FileEnd =
  | { readonly kind: 'finished' }
  | { readonly kind: 'died'; readonly how: FailureDetail; readonly running: readonly string[] }
  | { readonly kind: 'stalled'; readonly how: FailureDetail; readonly running: readonly string[] }
  | { readonly kind: 'cancelled' };

interface Entry {
  readonly test: TestIdentity;
  readonly suites: readonly string[];
  readonly mode: WorkerTask['mode'];
  result: WorkerResult | undefined;
}

/**
 * Follows one file through one worker and says, once it is over, what became of each test.
 * Pure: messages in, facts out.
 */
export class FileTap {
  readonly #root: string;
  readonly #project: string;
  readonly #file: string;
  readonly #tests = new Map<string, Entry>();
  readonly #suites = new Map<string, { readonly name: string; result: WorkerResult | undefined }>();
  readonly #unhandled: { phase: FilePhase; failure: FailureDetail }[] = [];
  #collected = false;
  #longestTimeoutMs = 1;
  #fileId = '';

  constructor(root: string, project: string, filepath: string) {
    this.#root = root;
    this.#project = project;
    this.#file = relative(root, filepath).split(sep).join('/');
  }

  get file(): string {
    return this.#file;
  }

  get project(): string {
    return this.#project;
  }

  /** Of the file's tests, as far as they are known; 1 until then. */
  get longestTimeoutMs(): number {
    return this.#longestTimeoutMs;
  }

  /** Vitest sends the tree once per file, after its import and before its first test. */
  collected(file: WorkerTask): void {
    this.#collected = true;
    this.#fileId = file.id;
    this.#suites.set(file.id, { name: '', result: file.result });
    const ordinals = new Map<string, number>();
    const walk = (
      tasks: readonly WorkerTask[],
      names: readonly string[],
      suites: readonly string[],
    ) => {
      for (const task of tasks) {
        const path = [...names, task.name];
        if (task.type === 'suite') {
          this.#suites.set(task.id, { name: path.join(' > '), result: task.result });
          walk(task.tasks ?? [], path, [...suites, task.id]);
          continue;
        }
        const name = path.join(' > ').replace(drawnSeed, '');
        const limitMs = task.timeout === 0 ? Infinity : (task.timeout ?? 1);
        this.#longestTimeoutMs = Math.max(this.#longestTimeoutMs, limitMs);
        const ordinal = ordinals.get(name) ?? 0;
        ordinals.set(name, ordinal + 1);
        const test = identify(this.#project, this.#file, name, ordinal);
        this.#tests.set(task.id, { test, suites, mode: task.mode, result: task.result });
      }
    };
    walk(file.tasks ?? [], [], [file.id]);
  }

  updated(packs: readonly TaskPack[]): void {
    for (const [id, result] of packs) {
      const entry = this.#tests.get(id) ?? this.#suites.get(id);
      if (entry && result) entry.result = result;
    }
  }

  unhandled(error: unknown, type: string): void {
    const failure = failureDetail(error, this.#root);
    const during = (error as SerialError | null)?.VITEST_TEST_NAME;
    const where = during ? ` (while "${during}" was running)` : '';
    const phase = type === 'Teardown Error' ? 'teardown' : 'unhandled';
    this.#unhandled.push({
      phase,
      failure: { ...failure, message: `${type}: ${failure.message}${where}` },
    });
  }

  /** Full names of tests by Vitest's task id, for whoever must name a culprit. */
  nameOf(taskId: string): string | undefined {
    return this.#tests.get(taskId)?.test.name ?? this.#suites.get(taskId)?.name;
  }

  facts(end: FileEnd): FileFact[] {
    const running =
      end.kind === 'died' || end.kind === 'stalled' ? new Set(end.running) : new Set();
    const facts: FileFact[] = [];
    let named = false;
    for (const [id, entry] of this.#tests) {
      if (
        running.has(id) &&
        (end.kind === 'died' || end.kind === 'stalled') &&
        !isFinal(entry.result)
      ) {
        named = true;
        facts.push({
          type: 'attempt',
          test: entry.test,
          attempt: 0,
          outcome: {
            kind: end.kind === 'died' ? 'crashed' : 'timedOut',
            durationMs: 0,
            failure: end.how,
          },
        });
        continue;
      }
      facts.push(...this.#attempts(entry));
    }
    facts.push(...this.#suiteFailures());
    for (const { phase, failure } of this.#unhandled)
      facts.push({ type: 'failure', phase, failure });
    if ((end.kind === 'died' || end.kind === 'stalled') && !named) {
      const suite = [...running].map((id) => this.#suites.get(id as string)?.name).find(Boolean);
      const where = suite ? `${end.how.message} (in "${suite}")` : end.how.message;
      facts.push({
        type: 'failure',
        phase: end.kind === 'died' ? 'crash' : 'timeout',
        failure: { ...end.how, message: where },
      });
    } else if (end.kind === 'finished' && !this.#collected && this.#unhandled.length === 0) {
      const failure = plainFailure('Error', 'the worker finished without reporting the file');
      facts.push({ type: 'failure', phase: 'import', failure });
    }
    return facts;
  }

  #attempts(entry: Entry): FileFact[] {
    const of = (attempt: number, outcome: Outcome): FileFact => ({
      type: 'attempt',
      test: entry.test,
      attempt,
      outcome,
    });
    const { result } = entry;
    if (!isFinal(result)) {
      const declared = entry.mode === 'skip' || entry.mode === 'todo';
      return [of(0, { kind: 'skipped', why: declared ? 'declared' : 'notReached' })];
    }
    if (result.state === 'skip' || result.state === 'todo') {
      // A suite also fails by its tests, but only its own hooks leave errors with it.
      const blocked =
        entry.mode !== 'skip' &&
        result.pending !== true &&
        entry.suites.some((id) => (this.#suites.get(id)?.result?.errors?.length ?? 0) > 0);
      return [of(0, { kind: 'skipped', why: blocked ? 'notReached' : 'declared' })];
    }
    return triesOf(result).map((t, attempt) => {
      if (t.error === null) return of(attempt, { kind: 'passed', durationMs: t.durationMs });
      const failure = failureDetail(t.error, this.#root);
      return of(attempt, {
        kind: isTimeout(failure) ? 'timedOut' : 'failed',
        durationMs: t.durationMs,
        failure,
      });
    });
  }

  /** Errors that hang on a suite: its hooks; on the file before any test was known: its import. */
  #suiteFailures(): FileFact[] {
    const facts: FileFact[] = [];
    for (const [id, suite] of this.#suites) {
      if (suite.result?.state !== 'fail') continue;
      for (const error of suite.result.errors ?? []) {
        const failure = failureDetail(error, this.#root);
        const phase: FilePhase = id === this.#fileId && this.#tests.size === 0 ? 'import' : 'hook';
        const message = suite.name
          ? `${failure.message} (in a hook of "${suite.name}")`
          : failure.message;
        facts.push({ type: 'failure', phase, failure: { ...failure, message } });
      }
    }
    return facts;
  }
}

const isFinal = (result: WorkerResult | undefined): result is WorkerResult =>
  result?.state === 'pass' ||
  result?.state === 'fail' ||
  result?.state === 'skip' ||
  result?.state === 'todo';

/**
 * Every try behind one aggregate result. Vitest 5 lists them. Before, each try that failed left at
 * least one error, and the last try ended as the test did. A retry without an error was no failure:
 * `test.fails` drops what was expected, and Vitest 3.2 retries passes of a test with `repeats`.
 */
function triesOf(result: WorkerResult): { error: unknown; durationMs: number }[] {
  const whole = result.duration ?? 0;
  const errors = result.errors ?? [];
  if (result.attempts && result.attempts.length > 1) {
    return result.attempts.map((a) => ({
      error:
        a.state === 'pass' ? null : (a.errors?.[0] ?? errors[0] ?? plainFailure('Error', 'failed')),
      durationMs: a.duration ?? whole / (result.attempts?.length ?? 1),
    }));
  }
  const retries = result.retryCount ?? 0;
  const tries = (result.repeatCount ?? 0) + 1 + retries;
  const failed =
    result.state === 'pass'
      ? Math.min(retries, errors.length)
      : Math.min(tries, Math.max(1, errors.length));
  const firstFailed = result.state === 'pass' ? 0 : tries - failed;
  const durationMs = whole / tries;
  return Array.from({ length: tries }, (_, i) => {
    const at = i - firstFailed;
    if (at < 0 || at >= failed) return { error: null, durationMs };
    return { error: errors[at] ?? plainFailure('Error', 'failed'), durationMs };
  });
}

/**
 * `@fast-check/vitest` ends a property's name with the seed that it drew: another one in each run, of
 * the same test. The failure's message tells the seed too.
 */
const drawnSeed = / \(with seed=-?\d+\)$/;

/** The identity of a test: stable across runs, machines and orders. */
export function identify(
  project: string,
  file: string,
  name: string,
  ordinal: number,
): TestIdentity {
  const key = JSON.stringify([project, file, name, ordinal]);
  const id = createHash('sha256').update(key).digest('hex').slice(0, 12);
  return { id, project, file, name, ordinal };
}
