import type { Bytes, Instant, Lsn, Millis } from '../units.js';
import type {
  FinalStatus,
  Job,
  JobError,
  JobPatch,
  JobStatus,
  Json,
  LogEntry,
  NewJob,
  NewLogEntry,
} from './job.js';

/** A write goes through only if the job still has this version. */
export interface IfVersion {
  readonly ifVersion?: number;
}

/** What may come with a change of status. `at` is when it happened, now when left out. */
export interface TransitionDetails extends IfVersion {
  readonly at?: Instant;
  readonly result?: Json;
  readonly error?: JobError;
}

/** Oldest first by creation, unless `newest`. All that is given must hold. */
export interface JobFilter {
  readonly status?: JobStatus | readonly JobStatus[];
  readonly type?: string;
  readonly parent?: string;
  /** Only jobs created after this one, or before it with `newest`; for paging. */
  readonly after?: string;
  readonly limit?: number;
  readonly newest?: boolean;
}

/** How a request to cancel ended. */
export interface Cancellation {
  /** `cancelled`: it was queued and never began; `requested`: it is active and has been asked to stop; `finished`: too late. */
  readonly outcome: 'cancelled' | 'requested' | 'finished';
  readonly job: Job;
}

/**
 * Tells the store what happens to one job. Every promise resolves when the event is durable; they
 * take effect in the order of the calls, and a caller who waits for none of them loses none: the
 * next one, `settled` and the store's `close` wait, and a failure which nobody awaited goes to
 * `errorEvents` rather than to the process.
 */
export interface JobTracker {
  readonly id: string;
  active(at?: Instant): Promise<Job>;
  progress(to: number): Promise<Job>;
  log(entry: NewLogEntry): Promise<LogEntry>;
  completed(result?: Json, at?: Instant): Promise<Job>;
  failed(error: unknown, at?: Instant): Promise<Job>;
  cancelled(at?: Instant): Promise<Job>;
  /** Resolves when everything told so far is durable. */
  settled(): Promise<void>;
}

/** One change of one job; `job` is null when it was removed. */
export interface JobChange {
  readonly id: string;
  readonly lsn: Lsn;
  readonly before: Job | null;
  readonly job: Job | null;
}

/** A step of a group that takes effect as a whole or not at all. */
export type GroupStep =
  | ({ readonly kind: 'create' } & NewJob)
  | {
      readonly kind: 'update';
      readonly id: string;
      readonly patch: JobPatch;
      readonly ifVersion?: number;
    }
  | ({
      readonly kind: 'transition';
      readonly id: string;
      readonly to: JobStatus;
    } & TransitionDetails)
  | { readonly kind: 'remove'; readonly id: string; readonly ifVersion?: number }
  | ({ readonly kind: 'log'; readonly id: string } & NewLogEntry);

/** What `prune` takes away: finished jobs alone, with their logs. Both conditions must hold where both are given. */
export interface PruneRule {
  /** Finished longer ago than this. */
  readonly olderThan?: Millis;
  /** Except the newest so many. */
  readonly keep?: number;
  readonly type?: string;
}

export interface PruneResult {
  readonly jobs: number;
  readonly logEntries: number;
}

export type Severity = 'info' | 'warning' | 'error' | 'fatal';

/** Something that went wrong around the store; kept with the jobs. */
export interface ErrorEvent {
  readonly id: number;
  readonly at: Instant;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  /** How often it came, when it came again before it was resolved. */
  readonly count: number;
  readonly lastAt: Instant;
  readonly resolvedAt: Instant | null;
}

export interface Health {
  /** `degraded`: works, with a reason to look; `readOnly`: takes no writes until opened again; `closed`. */
  readonly status: 'healthy' | 'degraded' | 'readOnly' | 'closed';
  readonly reasons: readonly string[];
  readonly role: 'owner' | 'guest';
  readonly epoch: number;
  readonly lsn: Lsn;
  readonly jobs: Readonly<Record<JobStatus, number>>;
  readonly counters: {
    readonly commits: number;
    readonly records: number;
    readonly conflicts: number;
    readonly absorbed: number;
    readonly retries: number;
    readonly checkpoints: number;
    readonly poisoned: number;
  };
  readonly sizes: {
    readonly log: Bytes;
    readonly checkpoint: Bytes;
    readonly jobLogs: Bytes;
  };
  /** `open`: the disk failed so often that writes are refused for a while. */
  readonly breaker: 'closed' | 'open' | 'halfOpen';
  readonly lastCheckpoint: { readonly at: Instant; readonly lsn: Lsn } | null;
  readonly lastError: ErrorEvent | null;
  /** What the last open found. */
  readonly recovery: RecoveryReport;
}

/** What opening a store had to do, and what it found broken. */
export interface RecoveryReport {
  /**
   * Whether the last owner closed the store. False after a crash, and for who looks at it alone
   * while its owner works.
   */
  readonly wasClosed: boolean;
  readonly replayedRecords: number;
  /** Bytes after the last whole group, cut off; a copy of them is kept in `keptIn`. */
  readonly tornBytes: Bytes;
  readonly keptIn: readonly string[];
  /** Updates of recovery files that were merged. */
  readonly mergedUpdates: number;
  readonly notes: readonly string[];
}

export interface BackupFacts {
  readonly path: string;
  readonly lsn: Lsn;
  readonly jobs: number;
  readonly bytes: Bytes;
}

/**
 * Keeps jobs. A promise of a write resolves when the write will survive any crash, and rejects when
 * it did not happen, or with `STORE_OUTCOME_UNKNOWN` when nobody can tell. Reads see what is
 * durable, a prefix of the writes in the order of their commits, and change nothing.
 */
export interface JobStore extends AsyncDisposable {
  readonly dir: string;

  /** @throws FlakehoundError `JOB_EXISTS`, `JOB_ID`, `JOB_VALUE`, `JOB_TOO_LARGE` */
  create(job: NewJob): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  list(filter?: JobFilter): Promise<readonly Job[]>;
  /** How many there are, without reading them. */
  count(filter?: Pick<JobFilter, 'status' | 'type'>): Promise<number>;
  /** @throws FlakehoundError `JOB_MISSING`; VersionConflictError */
  update(id: string, patch: JobPatch, when?: IfVersion): Promise<Job>;
  /**
   * Moves a job along the state machine. What comes late or twice is absorbed: it changes nothing
   * and resolves with the job as it is.
   *
   * @throws FlakehoundError `JOB_TRANSITION` where the job's state contradicts; `JOB_MISSING`; VersionConflictError
   */
  transition(id: string, to: JobStatus, details?: TransitionDetails): Promise<Job>;
  cancel(id: string): Promise<Cancellation>;
  /** False when there was none. */
  remove(id: string, when?: IfVersion): Promise<boolean>;
  /** All steps take effect together, or none. Answers are in the order of the steps. */
  group(steps: readonly GroupStep[]): Promise<readonly (Job | LogEntry | boolean)[]>;

  /** Notes a change to be written with others: the last value per member wins. Throws at once for what can't be kept. */
  updateLater(id: string, patch: JobPatch): void;
  /** Writes what `updateLater` noted; resolves when it is durable. */
  flush(): Promise<void>;

  track(id: string): JobTracker;
  /**
   * Resolves with the first durable state of the job that is one of `statuses`; at once when it is.
   *
   * @throws FlakehoundError `JOB_WAIT_TIMEOUT`, `JOB_MISSING` (also when it is removed meanwhile), `STORE_CLOSED`
   */
  waitFor(
    id: string,
    statuses: JobStatus | readonly JobStatus[],
    how?: { readonly timeout?: Millis },
  ): Promise<Job>;
  /** Calls back with everything that became durable, in order, without loss, at most 10 times a second. Returns the end of it. */
  onChange(listener: (changes: readonly JobChange[]) => void | Promise<void>): () => void;

  /** Resolves with the entry when it is durable. @throws FlakehoundError `JOB_MISSING` */
  appendLog(id: string, entry: NewLogEntry): Promise<LogEntry>;
  /** Oldest first; with `limit` the last so many. */
  logs(id: string, how?: { readonly limit?: number }): Promise<readonly LogEntry[]>;
  /** Of all jobs, the newest first. */
  recentLogs(limit: number): Promise<readonly LogEntry[]>;

  prune(rule: PruneRule): Promise<PruneResult>;
  checkpoint(): Promise<void>;
  /** Writes a copy of the store into one file, reads it back, and only then lets it replace an older one. */
  backup(path: string): Promise<BackupFacts>;
  health(): Promise<Health>;
  errorEvents(how?: {
    readonly unresolved?: boolean;
    readonly limit?: number;
  }): Promise<readonly ErrorEvent[]>;
  resolveErrorEvent(id: number): Promise<boolean>;
  /** Waits for what is under way, then gives the store free. Twice is harmless. */
  close(): Promise<void>;
}

/** Whether nothing can change the status any more. */
export function isFinal(status: JobStatus): status is FinalStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
