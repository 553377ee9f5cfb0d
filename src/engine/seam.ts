import type { FlakehoundError } from '../errors.js';
import type { Bytes, JobSeq, Lsn, Millis } from '../units.js';

/**
 * Bytes being written, which grow as needed. `bytes` may be another buffer after any call of
 * `reserve`.
 */
export interface ByteSink {
  readonly bytes: Buffer;
  /** Where the next byte goes. */
  at: number;
  /** Makes sure that `count` bytes fit after `at`. */
  reserve(count: number): void;
}

/** A place between two records of an open group. */
export interface GroupMark {
  readonly end: Bytes;
  readonly count: number;
}

/** The group that takes records now. Callers encode one whole record into `sink`, then call `added`. */
export interface OpenGroup {
  readonly sink: ByteSink;
  /** How many records it has. */
  readonly count: number;
  /** Counts the record that was just encoded. */
  added(): Lsn;
  /** What `cutBack` takes, to drop every record added from now on. Only in one turn of the event loop. */
  mark(): GroupMark;
  cutBack(mark: GroupMark): void;
  /** Calls back, in the order of the calls, when the group is durable, or with why it isn't. */
  whenSettled(settle: (failure: FlakehoundError | undefined) => void): void;
}

/** One segment of the log as the manifest lists it, oldest first. */
export interface SegmentEntry {
  readonly name: string;
  readonly epoch: number;
  readonly generation: number;
  /** Where its last whole group ends, once nothing may be added any more. */
  readonly sealedAt?: Bytes;
  /** LSN of the last record in it, once sealed. */
  readonly lastLsn?: Lsn;
}

/** The log's part of the manifest. */
export interface LogManifest {
  readonly segments: readonly SegmentEntry[];
  /** Names of whole, zero-filled segments that wait to be used. */
  readonly spares: readonly string[];
  readonly nextGeneration: number;
  readonly nextSegment: number;
}

/** The end of the log: what the next group goes on from. */
export interface LogPosition {
  /** Of the last record; 0 when there is none. */
  readonly lsn: Lsn;
  /** CRC of the last group; 0 when there is none. */
  readonly chain: number;
}

/** A table of all jobs at one LSN. */
export interface JobTableEntry {
  readonly name: string;
  readonly lsn: Lsn;
  readonly jobs: number;
  readonly bytes: Bytes;
  /** The highest seq ever given when it was written, removed jobs included. */
  readonly lastSeq: JobSeq;
}

/** A file of job log entries, in the order of their LSNs; files are listed oldest first. */
export interface LogTableEntry {
  readonly name: string;
  readonly firstLsn: Lsn;
  readonly lastLsn: Lsn;
  readonly entries: number;
  readonly bytes: Bytes;
}

/** A checkpoint: everything up to `lsn`, and the position that the log goes on from. */
export interface CheckpointEntry {
  readonly position: LogPosition;
  readonly at: number;
  readonly jobs: JobTableEntry;
  readonly logs: readonly LogTableEntry[];
  /** A log table without entries: the last numbers of the jobs that lost all of theirs. */
  readonly lastNumbers?: LogTableEntry;
  /** Nonces of recovery files that are merged and perhaps still there. */
  readonly merged: readonly string[];
}

/** What the file `manifest` says, apart from its frame. */
export interface Manifest {
  readonly format: { readonly reader: number; readonly writer: number };
  readonly features: { readonly required: readonly string[]; readonly optional: readonly string[] };
  readonly storeId: string;
  /** One more with each manifest written. */
  readonly serial: number;
  readonly epoch: number;
  /** Newest first; at most two. The log reaches back to the older one. */
  readonly checkpoints: readonly CheckpointEntry[];
  readonly log: LogManifest;
  /** One more with each table file written. */
  readonly nextTable: number;
  /** Set by a clean close: nothing may follow the sealed ends. */
  readonly clean: boolean;
}

/**
 * Keeps the manifest. Changes are made one after the other; each is durable when its promise
 * resolves.
 */
export interface ManifestKeeper {
  readonly current: Manifest;
  /** @throws FlakehoundError `STORE_MANIFEST` when it can't be made durable; `current` is then the old one */
  change(edit: (now: Manifest) => Omit<Manifest, 'serial'>): Promise<Manifest>;
}

/** Lets the event loop breathe: long work calls `turn` between small steps. */
export interface Pace {
  /** Resolves at once while the slice lasts, else in another turn of the event loop. */
  turn(): Promise<void> | undefined;
}

/** How a thing that may pass is tried again. */
export interface RetryPolicy {
  /** Tries in all; at least 1. */
  readonly attempts: number;
  readonly base: Millis;
  readonly cap: Millis;
  /** 0: none; 1: each wait is drawn from 0 up to its full length. */
  readonly jitter: number;
}
