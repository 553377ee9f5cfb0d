import type { Instant, Ratio } from '../units.js';

/** What JSON can say, and so what the store can keep. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** On disk: never renumber; the place in this list is the number. */
export const jobStatuses = ['queued', 'active', 'completed', 'failed', 'cancelled'] as const;

export type JobStatus = (typeof jobStatuses)[number];

/** The statuses that nothing leaves. */
export type FinalStatus = 'completed' | 'failed' | 'cancelled';

/** Why a job failed. */
export interface JobError {
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/**
 * One state of one job; never changes, the next state is another object. What hasn't happened is
 * `null`. Always: `createdAt <= startedAt <= finishedAt`, `createdAt <= updatedAt`; `finishedAt` is
 * set exactly in a final status; `error` only when failed.
 */
export interface Job {
  readonly id: string;
  readonly type: string;
  readonly status: JobStatus;
  readonly progress: Ratio | null;
  /** 1 when created, one more with each change. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly cancelRequestedAt: Instant | null;
  /** The id of the job that this one belongs to. */
  readonly parent: string | null;
  readonly data: Json;
  readonly result: Json;
  readonly error: JobError | null;
}

export interface NewJob {
  /** Made up when left out. 1 to 256 characters, none of them a control character; `.` and `..` are no parts of a path. */
  readonly id?: string;
  /** 1 to 128 characters. */
  readonly type: string;
  readonly parent?: string;
  readonly data?: Json;
}

/** What `update` may change. A member left out stays as it is. */
export interface JobPatch {
  readonly progress?: Ratio | null;
  readonly data?: Json;
  readonly result?: Json;
}

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

export interface NewLogEntry {
  /** `info` when left out. */
  readonly level?: LogLevel;
  readonly message: string;
  readonly fields?: Json;
}

export interface LogEntry {
  readonly jobId: string;
  /** 1 for the job's first, without gaps; none is given twice, whatever rotation took away. */
  readonly number: number;
  readonly at: Instant;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Json;
}
