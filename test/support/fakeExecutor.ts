import { createHash } from 'node:crypto';
import type {
  ConditionName,
  FailureDetail,
  NoticeGiven,
  Outcome,
  RunEvent,
  TestIdentity,
} from '../../harness/events.js';
import type { Executor, RunPlan, Selection, TestFile } from '../../harness/runner/executor.js';
import { deriveSeed } from '../../harness/runner/seed.js';

export type FakeOutcome = Outcome['kind'];

/** Where an executor stands when it asks the script how a test ends. */
export interface Moment {
  readonly run: number;
  readonly condition: ConditionName;
  readonly test: TestIdentity;
  readonly attempt: number;
}

export interface FakeTest {
  readonly name: string;
  /** One per try; a function is asked in each run. */
  readonly outcomes:
    | readonly FakeOutcome[]
    | ((at: Omit<Moment, 'attempt'>) => readonly FakeOutcome[]);
}

export interface FakeFile extends TestFile {
  readonly tests: readonly FakeTest[];
  /** The file's import fails in this run: none of its tests is reported. */
  readonly importFails: (run: number) => boolean;
}

export interface FakeSuite {
  readonly files?: readonly FakeFile[];
  readonly notices?: readonly NoticeGiven[];
  readonly openFails?: Error;
  /** Never opens, until closed. */
  readonly openHangs?: boolean;
  /** The host dies in this run: before its first test, or after its last. */
  readonly hostDies?: (run: number) => 'beforeTests' | 'afterTests' | null;
  /** Called before each attempt, to move a clock or to abort. */
  readonly onAttempt?: (at: Moment) => void;
  /** Runs that stand still before their first test until they are aborted. */
  readonly hangsIn?: (run: number) => boolean;
}

export interface FakeExecutor extends Executor {
  /** Every run asked for. */
  readonly plans: readonly RunPlan[];
  readonly opened: number;
  readonly closed: number;
  readonly killed: number;
  kill(): void;
}

/** A test file in which `tests` maps names to the outcome of every run, or a function of the run. */
export function fakeFile(
  file: string,
  tests: Record<string, FakeOutcome | ((run: number) => FakeOutcome)> = { passes: 'passed' },
  how: Partial<Pick<FakeFile, 'project' | 'importFails'>> = {},
): FakeFile {
  return {
    project: '',
    importFails: () => false,
    ...how,
    file,
    tests: Object.entries(tests).map(([name, outcome]) => ({
      name,
      outcomes: typeof outcome === 'string' ? [outcome] : ({ run }) => [outcome(run)],
    })),
  };
}

/** An executor over a scripted suite: no process, no file, no time. */
export function fakeExecutor(suite: FakeSuite = {}): FakeExecutor {
  const files = suite.files ?? [fakeFile('some.test.ts')];
  const plans: RunPlan[] = [];
  const calls = { opened: 0, closed: 0, killed: 0 };
  let onClosed: () => void = () => undefined;
  const closing = new Promise<void>((resolve) => {
    onClosed = resolve;
  });

  return {
    plans,
    get opened() {
      return calls.opened;
    },
    get closed() {
      return calls.closed;
    },
    get killed() {
      return calls.killed;
    },
    async open() {
      calls.opened += 1;
      if (suite.openHangs === true) await closing;
      if (suite.openFails !== undefined) throw suite.openFails;
      return selectionOf(files, suite.notices ?? []);
    },
    async *run(plan, signal) {
      plans.push(plan);
      if (suite.hangsIn?.(plan.run) === true) await abortOf(signal);
      yield* carryOut(plan, files, suite, signal);
    },
    async close() {
      calls.closed += 1;
      onClosed();
    },
    kill() {
      calls.killed += 1;
    },
  };
}

function* carryOut(
  plan: RunPlan,
  files: readonly FakeFile[],
  suite: FakeSuite,
  signal: AbortSignal,
): Generator<RunEvent> {
  const { run, condition } = plan;
  const where = { run, condition };
  const finished = (status: 'completed' | 'crashed' | 'interrupted'): RunEvent => ({
    type: 'runFinished',
    ...where,
    status,
    durationMs: 10,
  });
  const dies = suite.hostDies?.(run) ?? null;
  const died: RunEvent = { type: 'errorRaised', ...where, failure: failureOf('host died') };
  if (dies === 'beforeTests') {
    yield died;
    yield finished('crashed');
    return;
  }
  const chosen = files.filter((file) => plan.only === null || plan.only.some(isSame(file)));
  for (const file of inOrder(chosen, plan.orderSeed, (one) => one.file)) {
    const { project } = file;
    if (signal.aborted) break;
    if (file.importFails(run)) {
      const failure = failureOf('cannot import');
      yield { type: 'fileFailed', ...where, project, file: file.file, phase: 'import', failure };
    } else {
      yield* attempts(plan, file, suite, signal);
    }
    if (signal.aborted) break;
    yield { type: 'fileFinished', ...where, project, file: file.file, durationMs: 5 };
  }
  if (signal.aborted) {
    yield finished('interrupted');
  } else if (dies === 'afterTests') {
    yield died;
    yield finished('crashed');
  } else {
    yield finished('completed');
  }
}

function* attempts(
  plan: RunPlan,
  file: FakeFile,
  suite: FakeSuite,
  signal: AbortSignal,
): Generator<RunEvent> {
  const { run, condition } = plan;
  const named = identify(file);
  for (const { test, outcomes } of inOrder(named, plan.orderSeed, (one) => one.test.id)) {
    const kinds = typeof outcomes === 'function' ? outcomes({ run, condition, test }) : outcomes;
    for (const [attempt, kind] of kinds.entries()) {
      if (signal.aborted) return;
      suite.onAttempt?.({ run, condition, test, attempt });
      if (signal.aborted) return;
      yield { type: 'attemptFinished', run, condition, test, attempt, outcome: outcomeOf(kind) };
    }
  }
}

function identify(file: FakeFile): { test: TestIdentity; outcomes: FakeTest['outcomes'] }[] {
  const ordinals = new Map<string, number>();
  return file.tests.map(({ name, outcomes }) => {
    const ordinal = ordinals.get(name) ?? 0;
    ordinals.set(name, ordinal + 1);
    return {
      test: fakeIdentity({ project: file.project, file: file.file, name, ordinal }),
      outcomes,
    };
  });
}

/** The identity that a fake executor gives to this test. */
export function fakeIdentity(
  test: Pick<TestIdentity, 'file' | 'name'> & Partial<TestIdentity>,
): TestIdentity {
  const { project = '', file, name, ordinal = 0 } = test;
  const digest = createHash('sha256').update([project, file, name, ordinal].join('\0'));
  return { id: digest.digest('hex').slice(0, 12), project, file, name, ordinal };
}

function selectionOf(files: readonly FakeFile[], notices: readonly NoticeGiven[]): Selection {
  return {
    vitest: '4.1.12',
    node: 'v20.20.0',
    files: files.map(({ project, file }) => ({ project, file })),
    projects: [...new Set(files.map(({ project }) => project))].filter((name) => name !== ''),
    workers: 2,
    executor: 'vitest',
    notices,
  };
}

function outcomeOf(kind: FakeOutcome): Outcome {
  switch (kind) {
    case 'passed':
      return { kind, durationMs: 1 };
    case 'skipped':
      return { kind, why: 'declared' };
    default:
      return { kind, durationMs: 1, failure: failureOf(`it ${kind}`) };
  }
}

function failureOf(message: string): FailureDetail {
  return { name: 'Error', message, stack: `Error: ${message}\n    at here:1:1`, frame: 'here:1:1' };
}

function inOrder<Item>(
  items: readonly Item[],
  seed: number | null,
  key: (item: Item) => string,
): readonly Item[] {
  if (seed === null) return items;
  return [...items].sort((a, b) => deriveSeed(seed, key(a)) - deriveSeed(seed, key(b)));
}

function isSame(file: TestFile): (other: TestFile) => boolean {
  return (other) => other.project === file.project && other.file === file.file;
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
