import type { FailureDetail, RunEvent } from '../../events.js';
import type { RunPlan } from '../executor.js';
import { failureDetail, plainFailure } from './failures.js';
import type { TaskPack } from './fileTap.js';
import type { HuntedWorker, RunScope } from './huntPool.js';
import type { RawWorker } from './rawWorker.js';
import { exitWords, type FileResult } from './session.js';
import { lookMs, Stillness } from './stillness.js';
import type { PoolWorkerOptions, Project, Specification, WireMessage } from './vitestFace.js';

/** What a run needs of the opened suite. */
export interface RunSupport {
  readonly root: string;
  /** null: as long as the file's own tests may take. */
  readonly stallMs: number | null;
  readonly teardownMs: number;
  emit(events: readonly RunEvent[]): void;
  fileStarted(workerId: number, project: string, file: string): void;
  makeWorker(options: PoolWorkerOptions, nativePool: string): RawWorker;
  recordAnswer(project: Project, call: WireMessage, result: unknown): void;
  readonly flight: {
    running(workerId: number): readonly string[];
    recorded(workerId: number): readonly TaskPack[];
  };
  stderrTail(): string;
  execute(specs: readonly Specification[]): Promise<readonly unknown[]>;
  /** Vitest waits for something that does not come: what it has was reported, no more will be. */
  stuck(silentMs: number): void;
}

/** One pass over the suite: sees every file of it to an end, whatever becomes of its worker. */
export class SuiteRun implements RunScope {
  readonly plan: RunPlan;
  readonly #support: RunSupport;
  readonly #workers = new Set<HuntedWorker>();
  readonly #results = new Map<string, FileResult>();
  readonly #held: FileResult[] = [];
  readonly #lost = new Set<string>();
  readonly #stillness: Stillness;
  #holds: (result: FileResult) => boolean = () => false;
  #cancelled = false;
  #emptied: (() => void) | null = null;

  constructor(plan: RunPlan, support: RunSupport) {
    this.plan = plan;
    this.#support = support;
    this.#stillness = new Stillness(support.teardownMs);
  }

  get root(): string {
    return this.#support.root;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  now(): number {
    return performance.now();
  }

  started(workerId: number, project: string, file: string): void {
    this.#stillness.stirred();
    this.#support.fileStarted(workerId, project, file);
  }

  running(workerId: number): readonly string[] {
    return this.#support.flight.running(workerId);
  }

  recorded(workerId: number): readonly TaskPack[] {
    return this.#support.flight.recorded(workerId);
  }

  describeExit(code: number | null, signal: string | null): FailureDetail {
    return plainFailure('WorkerCrashed', exitWords(code, signal, this.#support.stderrTail()));
  }

  makeWorker(options: PoolWorkerOptions, nativePool: string): RawWorker {
    return this.#support.makeWorker(options, nativePool);
  }

  recordAnswer(project: Project, call: WireMessage, result: unknown): void {
    this.#support.recordAnswer(project, call, result);
  }

  opened(worker: HuntedWorker): void {
    this.#stillness.stirred();
    this.#workers.add(worker);
    if (this.#cancelled) worker.cancel();
  }

  gone(worker: HuntedWorker): void {
    this.#stillness.stirred();
    this.#workers.delete(worker);
    if (this.#workers.size === 0) this.#emptied?.();
  }

  done(result: FileResult): void {
    this.#stillness.stirred();
    this.#results.set(keyOf(result.project, result.filepath), result);
    if (this.#holds(result)) this.#held.push(result);
    else this.report(result);
  }

  lost(project: Project, filepath: string): void {
    this.#lost.add(keyOf(project, filepath));
  }

  /** Results that `choose` picks are kept back for the caller, who reports them in the end. */
  holdBack(choose: (result: FileResult) => boolean): void {
    this.#holds = choose;
  }

  takeHeld(): FileResult[] {
    this.#holds = () => false;
    return this.#held.splice(0);
  }

  report(result: FileResult): void {
    if (result.end === 'cancelled' && result.facts.every(isNotReached)) return;
    const at = { run: this.plan.run, condition: this.plan.condition };
    const where = { project: result.project.name, file: result.file };
    const events: RunEvent[] = result.facts.map((fact) =>
      fact.type === 'attempt'
        ? {
            type: 'attemptFinished',
            ...at,
            test: fact.test,
            attempt: fact.attempt,
            outcome: fact.outcome,
          }
        : { type: 'fileFailed', ...at, ...where, phase: fact.phase, failure: fact.failure },
    );
    if (result.end !== 'cancelled') {
      events.push({ type: 'fileFinished', ...at, ...where, durationMs: result.durationMs });
    }
    this.#support.emit(events);
  }

  /** Carries the files out and returns what became of each; late errors of workers are waited for. */
  async carryOut(specs: readonly Specification[]): Promise<ReadonlyMap<string, FileResult>> {
    this.#results.clear();
    this.#stillness.begins();
    const watchdog = setInterval(() => {
      this.#watch();
      this.#lookForStillness(watchdog);
    }, lookMs);
    try {
      let todo = specs;
      while (todo.length > 0) {
        const errors = await this.#support.execute(todo);
        await this.#emptyOut();
        if (this.#cancelled) break;
        // Each pass ends at least the file that killed its worker: this comes to an end.
        const lost = todo.filter((s) => this.#lost.has(keyOf(s.project, s.moduleId)));
        this.#lost.clear();
        this.#accountFor(
          todo.filter((s) => !lost.includes(s)),
          errors,
        );
        todo = lost;
      }
    } finally {
      clearInterval(watchdog);
    }
    return new Map(this.#results);
  }

  /**
   * A file whose worker never came up has no result of its own; then Vitest's error is its. Where
   * no file has one, as after a globalSetup that threw, the error is nobody's.
   */
  #accountFor(specs: readonly Specification[], errors: readonly unknown[]): void {
    const failures = errors.map((error) => failureDetail(error, this.root));
    let missing = specs.filter((s) => !this.#results.has(keyOf(s.project, s.moduleId)));
    const ofPool = failures.some(({ message }) => message.startsWith('[vitest-pool]'));
    if (failures.length > 0 && missing.length === specs.length && !ofPool) missing = [];
    if (missing.length === 0) {
      const at = { run: this.plan.run, condition: this.plan.condition };
      this.#support.emit(failures.map((failure) => ({ type: 'errorRaised', ...at, failure })));
    }
    for (const spec of missing) {
      const failure = failures[0] ?? plainFailure('Error', 'Vitest did not carry this file out');
      this.done({
        project: spec.project,
        filepath: spec.moduleId,
        file: relativeTo(this.root, spec.moduleId),
        facts: [{ type: 'failure', phase: 'import', failure }],
        durationMs: 0,
        end: 'finished',
        forked: false,
      });
    }
  }

  #watch(): void {
    const now = this.now();
    for (const worker of this.#workers) {
      const { session } = worker;
      if (!session || session.closed) continue;
      if (session.hasFinished) continue;
      const limit = this.#support.stallMs ?? patienceWith(session.longestTimeoutMs);
      if (now - session.lastSign > limit) worker.stall(limit);
    }
  }

  /** No worker of ours is at fault: a process of Vitest's own may have been lost, or Vitest hangs. */
  #lookForStillness(watchdog: NodeJS.Timeout): void {
    const sessions = [...this.#workers].flatMap(({ session }) => session ?? []);
    const fileUnderWay = sessions.some((s) => !s.closed && !s.hasFinished);
    const silentMs = this.#stillness.look({ fileUnderWay, calledOff: this.#cancelled });
    if (silentMs === null) return;
    clearInterval(watchdog);
    for (const session of sessions) session.close('cancelled');
    this.#support.stuck(silentMs);
  }

  /** Waits until workers have gone: a process of this run must not meet those of the next. */
  async #emptyOut(): Promise<void> {
    if (this.#workers.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#emptied = resolve;
      }),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, this.#support.teardownMs);
      }),
    ]);
    clearTimeout(timer);
    this.#emptied = null;
    for (const worker of [...this.#workers]) worker.cancel();
  }

  cancel(): void {
    this.#cancelled = true;
    for (const worker of [...this.#workers]) worker.cancel();
  }
}

/** A test may take as long as its limit allows, with hooks around it; without one, ten minutes. */
const patienceWith = (longestTimeoutMs: number): number =>
  Math.max(60_000, Math.min(longestTimeoutMs, 600_000) + 10_000);

const isNotReached = (fact: FileResult['facts'][number]): boolean =>
  fact.type === 'attempt' && fact.outcome.kind === 'skipped' && fact.outcome.why === 'notReached';

export const keyOf = (project: Project, filepath: string): string => `${project.name}\0${filepath}`;

const relativeTo = (root: string, path: string): string =>
  path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
