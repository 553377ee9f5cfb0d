import type { FailureDetail } from '../../events.js';
import { plainFailure } from './failures.js';
import { type FileEnd, type FileFact, FileTap, type TaskPack } from './fileTap.js';
import type { CollectedFile, Project, WireMessage } from './vitestFace.js';

/** What a session tells the run it belongs to. */
export interface SessionSink {
  readonly root: string;
  now(): number;
  started(workerId: number, project: string, file: string): void;
  /** Task ids that had begun and not ended, from the flight recorder. */
  running(workerId: number): readonly string[];
  /** Results that reached the flight recorder and perhaps not us. */
  recorded(workerId: number): readonly TaskPack[];
  done(result: FileResult): void;
  /** A file of a worker that died before the file's turn: it must be run again. */
  lost(project: Project, filepath: string): void;
  /** How the process ended, with whatever evidence its output left. */
  describeExit(code: number | null, signal: string | null): FailureDetail;
}

export interface FileResult {
  readonly project: Project;
  readonly filepath: string;
  readonly file: string;
  readonly facts: readonly FileFact[];
  readonly durationMs: number;
  readonly end: FileEnd['kind'];
  /** Carried out in a forked copy of a template. */
  readonly forked: boolean;
}

/** Calls by which a worker reports; we answer them ourselves, so that Vitest's own state stays empty. */
const swallowed = new Set([
  'onQueued',
  'onCollected',
  'onTaskUpdate',
  'onUserConsoleLog',
  'onUnhandledError',
  'onAfterSuiteRun',
  'onAsyncLeaks',
  'snapshotSaved',
  'onTaskArtifactRecord',
  'onTaskAnnotate',
  'onCancel',
  'getCountOfFailedTests',
]);

/** One worker carrying out one request: usually one file, several where isolation is off. */
export class Session {
  readonly #sink: SessionSink;
  readonly #project: Project;
  readonly #workerId: number;
  readonly #forked: boolean;
  readonly #taps: { readonly tap: FileTap; readonly filepath: string }[];
  readonly #startedAt: number;
  #finishedAt: number | null = null;
  #closed = false;
  /** The file being carried out: Vitest takes a request's files one after another. */
  #current: FileTap;
  lastSign: number;

  constructor(
    sink: SessionSink,
    o: { project: Project; files: readonly string[]; workerId: number; forked: boolean },
  ) {
    this.#sink = sink;
    this.#project = o.project;
    this.#workerId = o.workerId;
    this.#forked = o.forked;
    this.#taps = o.files.map((filepath) => ({
      tap: new FileTap(sink.root, o.project.name, filepath),
      filepath,
    }));
    const first = this.#taps[0];
    if (!first) throw new Error('a session needs a file');
    this.#current = first.tap;
    this.#startedAt = sink.now();
    this.lastSign = this.#startedAt;
    for (const { tap } of this.#taps) sink.started(o.workerId, tap.project, tap.file);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The most that a single test or its hooks may take, by the suite's config or its own. */
  get longestTimeoutMs(): number {
    const { testTimeout, hookTimeout } = this.#project.config;
    const own = this.#taps.map(({ tap }) => tap.longestTimeoutMs);
    // 0 stands for no limit.
    const limits = [testTimeout, hookTimeout, ...own].map((ms) => (ms === 0 ? Infinity : ms));
    return Math.max(...limits) + hookTimeout;
  }

  get files(): readonly string[] {
    return this.#taps.map((t) => t.filepath);
  }

  /**
   * Takes a worker's call that only reports.
   *
   * @returns the answer to send, null where none is awaited; undefined for a call that Vitest must answer
   */
  take(message: WireMessage): WireMessage | null | undefined {
    this.lastSign = this.#sink.now();
    if (message.t !== 'q' || message.m === undefined || !swallowed.has(message.m)) return undefined;
    const args = message.a ?? [];
    const answer = this.#read(message.m, args);
    return message.i === undefined ? null : { t: 's', i: message.i, r: answer };
  }

  #read(method: string, args: readonly unknown[]): unknown {
    switch (method) {
      case 'onQueued':
        this.#current = this.#tapOf((args[0] as CollectedFile).filepath) ?? this.#current;
        return undefined;
      case 'onCollected':
        for (const file of args[0] as CollectedFile[]) this.#tapOf(file.filepath)?.collected(file);
        return undefined;
      case 'onTaskUpdate':
        for (const { tap } of this.#taps) tap.updated(args[0] as TaskPack[]);
        return undefined;
      case 'onUnhandledError':
        if (this.#counts(args[0]))
          this.#current.unhandled(args[0], String(args[1] ?? 'Unhandled Error'));
        return undefined;
      case 'getCountOfFailedTests':
        return 0;
      case 'onTaskArtifactRecord':
      case 'onTaskAnnotate':
        return args[1];
      default:
        return undefined;
    }
  }

  /** The suite's config may say that some, or all, unhandled errors are none. */
  #counts(error: unknown): boolean {
    const { config } = this.#project;
    if (config.dangerouslyIgnoreUnhandledErrors === true) return false;
    return config.onUnhandledError?.(error) !== false;
  }

  #tapOf(filepath: string): FileTap | undefined {
    return this.#taps.find((t) => t.filepath === filepath)?.tap;
  }

  /** The worker says that it is through; late errors may still follow until `close`. */
  finished(error: unknown): void {
    this.#finishedAt ??= this.#sink.now();
    if (error !== undefined && error !== null) this.#current.unhandled(error, 'Test Run Error');
  }

  get hasFinished(): boolean {
    return this.#finishedAt !== null;
  }

  /** The worker is gone and its request was carried out, or the run was called off. */
  close(kind: 'finished' | 'cancelled' = 'finished'): void {
    this.#end({ kind: this.hasFinished ? 'finished' : kind });
  }

  died(code: number | null, signal: string | null, error?: Error): void {
    const plain = this.#sink.describeExit(code, signal);
    // A thread out of memory takes no signal; Node says so beforehand.
    const outOfMemory = (error as NodeJS.ErrnoException)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const how = outOfMemory ? { ...plain, message: 'worker ran out of memory' } : plain;
    this.#end({ kind: 'died', how, running: this.#sink.running(this.#workerId) });
  }

  stalled(limitMs: number): void {
    const how = plainFailure('WorkerStalled', `no sign of life for ${limitMs} ms: worker killed`);
    this.#end({ kind: 'stalled', how, running: this.#sink.running(this.#workerId) });
  }

  /** The worker never came up. */
  failedToStart(error: unknown): void {
    for (const { tap } of this.#taps) tap.unhandled(error, 'Worker Start Error');
    this.#end({ kind: 'finished' });
  }

  #end(end: FileEnd): void {
    if (this.#closed) return;
    this.#closed = true;
    const lost = end.kind === 'died' || end.kind === 'stalled';
    const recorded = lost ? this.#sink.recorded(this.#workerId) : [];
    const durationMs = (this.#finishedAt ?? this.#sink.now()) - this.#startedAt;
    const reached = this.#taps.findIndex(({ tap }) => tap === this.#current);
    for (const [at, { tap, filepath }] of this.#taps.entries()) {
      if (lost && at > reached) {
        this.#sink.lost(this.#project, filepath);
        continue;
      }
      tap.updated(recorded);
      this.#sink.done({
        project: this.#project,
        filepath,
        file: tap.file,
        facts: tap.facts(lost && at < reached ? { kind: 'finished' } : end),
        durationMs: durationMs / (reached + 1),
        end: lost && at < reached ? 'finished' : end.kind,
        forked: this.#forked,
      });
    }
  }
}

/** Words for the end of a process, such as a person would use. */
export function exitWords(code: number | null, signal: string | null, stderrTail: string): string {
  if (
    /heap out of memory|Allocation failed/i.test(stderrTail) &&
    (signal === 'SIGABRT' || code === 134)
  ) {
    return 'worker ran out of memory (SIGABRT)';
  }
  if (signal !== null) return `worker killed by ${signal}`;
  return `worker exited with code ${code ?? 'unknown'} in the middle of its file`;
}
