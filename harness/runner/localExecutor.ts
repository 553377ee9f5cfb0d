import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlakehoundError } from '../../src/index.js';
import type { FailureDetail, RunEvent } from '../events.js';
import type { Executor, RunPlan, Selection, SuiteOptions, TestFile } from './executor.js';
import { findVitest } from './findVitest.js';
import { type HostExit, HostProcess } from './hostProcess.js';

/** Restarts of the host within one run before the run is given up. */
const restartLimit = 8;

/**
 * Carries out runs on this machine. The user's Vitest lives in a process of its own, which is
 * started again when a suite brings it down; the files it took along are then run one by one to
 * find the one that does it.
 */
export function createLocalExecutor(options: SuiteOptions): Executor & { kill(): void } {
  return new LocalExecutor(options);
}

interface PassResult {
  readonly exit: HostExit | null;
  readonly finished: ReadonlySet<string>;
  /** Begun and not finished when the host went. */
  readonly open: readonly TestFile[];
}

class LocalExecutor implements Executor {
  readonly #options: SuiteOptions;
  #scratch = '';
  /** Resolves with the scratch folder; whoever closes meanwhile has one to remove as well. */
  #making: Promise<string> | null = null;
  #host: HostProcess | null = null;
  #selection: Selection | null = null;
  /** Anything but skipped tests was seen, in any run. */
  #sawTest = false;
  #closed = false;

  constructor(options: SuiteOptions) {
    this.#options = options;
  }

  async open(): Promise<Selection> {
    findVitest(this.#options.root);
    this.#making = mkdtemp(join(tmpdir(), 'flakehound-'));
    this.#scratch = await this.#making;
    this.#selection = await this.#startHost();
    return this.#selection;
  }

  async #startHost(): Promise<Selection> {
    if (this.#closed) throw closedTooSoon(this.#options);
    this.#host = new HostProcess(this.#options.root);
    return this.#host.open(this.#options, this.#scratch);
  }

  async *run(plan: RunPlan, signal: AbortSignal): AsyncIterable<RunEvent> {
    const startedAt = performance.now();
    let status: 'completed' | 'crashed' | 'interrupted' = 'completed';
    let todo: readonly TestFile[] | null = plan.only;
    // A host that we end ourselves is not started again.
    const isOver = () => signal.aborted || this.#closed;
    for (let restarts = 0; !this.#closed; restarts++) {
      const pass: PassResult = yield* this.#pass({ ...plan, only: todo }, signal);
      if (pass.exit === null || isOver()) break;
      const before: readonly TestFile[] = todo ?? this.#selection?.files ?? [];
      const blamed: ReadonlySet<string> = yield* this.#findKiller(plan, pass, signal);
      todo = before.filter((f) => !pass.finished.has(keyOf(f)) && !blamed.has(keyOf(f)));
      if (todo.length === 0) break;
      if (restarts === restartLimit) {
        status = 'crashed';
        break;
      }
    }
    if (isOver()) status = 'interrupted';
    if (status === 'completed') this.#checkNames();
    const durationMs = performance.now() - startedAt;
    yield { type: 'runFinished', run: plan.run, condition: plan.condition, status, durationMs };
  }

  /** A name pattern that no test has is a slip of the pen: Vitest skips all and calls it green. */
  #checkNames(): void {
    const { testNamePattern, root } = this.#options;
    if (this.#sawTest || testNamePattern === null) return;
    throw new FlakehoundError(
      'USAGE_NO_TESTS',
      `no test has a name that matches ${testNamePattern}`,
      {
        hint: `list the names: npx vitest list --root ${root}`,
      },
    );
  }

  /** One command to the host; its `runFinished` is ours to say. */
  async *#pass(plan: RunPlan, signal: AbortSignal): AsyncGenerator<RunEvent, PassResult> {
    if (this.#host === null || this.#host.exited) await this.#startHost();
    const finished = new Set<string>();
    const begun = new Map<string, TestFile>();
    const host = this.#host as HostProcess;
    for await (const message of host.run(plan, signal)) {
      if (message.type === 'fileStarted') {
        begun.set(keyOf(message), { project: message.project, file: message.file });
        continue;
      }
      for (const event of message.events) {
        if (event.type === 'runFinished') continue;
        if (event.type === 'fileFinished') finished.add(keyOf(event));
        this.#sawTest ||= tellsOfTest(event);
        yield event;
      }
    }
    const open = [...begun].filter(([key]) => !finished.has(key)).map(([, file]) => file);
    return { exit: host.exited, finished, open };
  }

  /**
   * Names the file that killed the host. One open file is it; of several, each is run alone: the
   * innocent get their attempts so, and the one which kills again is it.
   */
  async *#findKiller(
    plan: RunPlan,
    pass: PassResult,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent, ReadonlySet<string>> {
    const settled = new Set<string>();
    const exit = pass.exit as HostExit;
    if (pass.open.length === 1) {
      const [file] = pass.open as [TestFile];
      yield* blame(plan, file, exit);
      return new Set([keyOf(file)]);
    }
    let found = false;
    for (const file of pass.open) {
      if (signal.aborted || this.#closed) break;
      const alone: PassResult = yield* this.#pass({ ...plan, only: [file], serial: true }, signal);
      settled.add(keyOf(file));
      if (alone.exit === null) continue;
      found = true;
      yield* blame(plan, file, alone.exit);
    }
    if (!found) {
      const among = pass.open.map((f) => f.file).join(', ') || 'no file';
      const failure = crashFailure(`${exit.words} while ${among} ran; none did it again alone`);
      yield { type: 'errorRaised', run: plan.run, condition: plan.condition, failure };
    }
    return settled;
  }

  kill(): void {
    this.#closed = true;
    this.#host?.kill();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#host?.close();
    // The process may end with this call: it waits for a folder that is still being made.
    this.#scratch ||= (await this.#making?.catch(() => '')) ?? '';
    await this.#removeScratch();
  }

  async #removeScratch(): Promise<void> {
    if (this.#scratch) await rm(this.#scratch, { recursive: true, force: true });
  }
}

/** Anything but a skipped test; a failure may have hidden the tests. */
const tellsOfTest = (event: RunEvent): boolean =>
  event.type === 'attemptFinished'
    ? event.outcome.kind !== 'skipped'
    : event.type === 'fileFailed' || event.type === 'errorRaised';

const keyOf = (file: TestFile): string => `${file.project}\0${file.file}`;

const closedTooSoon = ({ root }: SuiteOptions) =>
  new FlakehoundError('ENV_HOST_LOST', `the hunt was called off while ${root} was being opened`, {
    hint: 'run it again',
  });

const crashFailure = (message: string): FailureDetail => ({
  name: 'WorkerCrashed',
  message,
  stack: '',
  frame: null,
});

function* blame(plan: RunPlan, file: TestFile, exit: HostExit): Generator<RunEvent> {
  const at = { run: plan.run, condition: plan.condition };
  const { culprits, ended } = exit.evidence(file);
  for (const { test, outcome } of ended)
    yield { type: 'attemptFinished', ...at, test, attempt: 0, outcome };
  const failure = crashFailure(`${exit.words}: the process that runs Vitest died`);
  for (const test of culprits) {
    yield {
      type: 'attemptFinished',
      ...at,
      test,
      attempt: 0,
      outcome: { kind: 'crashed', durationMs: 0, failure },
    };
  }
  if (culprits.length === 0) yield { type: 'fileFailed', ...at, ...file, phase: 'crash', failure };
  yield { type: 'fileFinished', ...at, ...file, durationMs: 0 };
}
