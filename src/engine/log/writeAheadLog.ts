import type { FlakehoundError } from '../../errors.js';
import type { Bytes, Lsn, Millis } from '../../units.js';
import type { LogPosition, OpenGroup } from '../seam.js';
import type { CommitOption } from './commitMode.js';

/** How the log works. */
export interface LogOptions {
  /** Length of the largest segments that are made, single larger groups apart. */
  readonly segmentBytes: Bytes;
  readonly commit: CommitOption;
  /** `room` makes callers wait above it. */
  readonly maxPendingBytes: Bytes;
  /** `room` makes callers wait while somebody has waited longer. */
  readonly maxPendingMs: Millis;
}

/** A failed write or sync. */
export interface PoisonReport {
  /** `recovered`: written elsewhere, nobody was rejected; `readOnly`: until `revive`; `fenced`: for good. */
  readonly outcome: 'recovered' | 'readOnly' | 'fenced';
  readonly cause: unknown;
}

/** `readOnly`: since a write failed, until `revive`; `fenced`: another process owns the store. */
export type LogState = 'open' | 'readOnly' | 'fenced' | 'closed';

/**
 * The write-ahead log. What callers encode into the open group in one turn of the event loop is
 * written and synced together, while what comes meanwhile gathers in the next. Those whom a commit
 * answered and who write again at once need no further turn.
 */
export interface WriteAheadLog {
  /** LSN of the last durable record. */
  readonly durable: Lsn;
  /** Where the last durable group ends: what a checkpoint made now would go on from. */
  readonly position: LogPosition;
  readonly state: LogState;
  /** Bytes of groups that became durable since the log was started. */
  readonly written: Bytes;
  readonly counters: {
    readonly commits: number;
    readonly records: number;
    /** Files that were given up after a failed write or sync. */
    readonly poisoned: number;
  };
  readonly sizes: {
    /** Of the groups that a replay might read. */
    readonly used: Bytes;
    /** Of the files that this owner made. */
    readonly allocated: Bytes;
    readonly pending: Bytes;
    readonly segments: number;
  };
  /**
   * The group that takes records now; ask again for each record. A record whose encoder threw
   * before `added` is dropped.
   *
   * @throws FlakehoundError `STORE_READ_ONLY`, `STORE_FENCED`, `STORE_CLOSED`
   */
  group(): OpenGroup;
  /** Something to wait for before more is written, and then to ask again; undefined when there is room. */
  room(): Promise<void> | undefined;
  /** Resolves when all that was given so far is settled, in whatever way. */
  quiet(): Promise<void>;
  /**
   * Lets everything that is durable end at a segment's end, which the manifest knows when the
   * promise resolves; later groups go to other segments.
   *
   * @throws FlakehoundError as `group`; `STORE_DISK_FULL`, `STORE_WRITE`
   */
  rotate(): Promise<LogPosition>;
  /** Gives up the segments whose records all are at or before `upTo`. @throws FlakehoundError `STORE_MANIFEST` */
  release(upTo: Lsn): Promise<void>;
  /**
   * Tries to take writes again after `readOnly`: in a new segment, with the old ones sealed at
   * their last durable byte, so that what was rejected or unknown is not there. LSNs go on from
   * `durable`. Does nothing when the log is open.
   *
   * @throws FlakehoundError why it can't
   */
  revive(): Promise<void>;
  /** Settles what was given, seals the log in the manifest and closes its files. Twice is harmless. @throws FlakehoundError `STORE_MANIFEST` */
  close(): Promise<void>;
}

/** Tells the callers of one group how it ended. */
export type Settle = (failure: FlakehoundError | undefined) => void;
