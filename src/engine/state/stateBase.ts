import type { Bytes, JobSeq } from '../../units.js';
import type { StateChange } from './pendingChanges.js';
import type { RecentLogs } from './recentLogs.js';
import type { TableView } from './tableView.js';

/** Hears of every change when it becomes durable, in order. */
export type ChangeListener = (change: StateChange) => void;

/** What a state lies on. */
export interface StateBase {
  readonly table: TableView;
  /** The highest seq ever given, by the checkpoint. */
  readonly lastSeq: JobSeq;
  readonly cacheBytes: Bytes;
  readonly logs: RecentLogs;
}

/** A record of the log that is about no job: a recovery file's nonce, or an error event. */
export interface OtherRecord {
  readonly kind: number;
  readonly text: string;
}
