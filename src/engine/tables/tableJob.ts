import type { JobSeq } from '../../units.js';
import type { IdHash } from './idHash.js';

/** The hash of the id of the job's parent, by the job's record; -1 where it has none. */
export type ParentHash = (record: Uint8Array, hash: IdHash) => number;

/** A job as a table keeps it. `bytes` are its record, which nobody here looks into. */
export interface TableJob {
  readonly seq: JobSeq;
  /** Well-formed text: no lone surrogates. */
  readonly id: string;
  readonly type: string;
  /** 0 to 65535. */
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** What long work hands out: a few at a time, so that nothing but memory is held between them. */
export type Batches<T> = AsyncIterable<readonly T[]> | Iterable<readonly T[]>;

/** Which jobs: all that is given must hold. */
export interface JobWhere {
  readonly type?: string;
  readonly statuses?: readonly number[];
}
