import type { Job } from '../../jobs/job.js';
import { jobStatuses } from '../../jobs/job.js';
import type { JobSeq, Lsn } from '../../units.js';
import { createByteSink } from '../byteSink.js';
import { putId, putType, recordStatus } from '../readRecord.js';
import { encodePut } from '../records.js';
import type { ChangedJob } from '../tables/mergeJobs.js';
import type { TableJob } from '../tables/tableJob.js';
import type { JobEntry } from './jobEntry.js';
import type { RawRecords } from './rawRecords.js';
import type { SeqPages, SeqSet } from './seqPages.js';

/** Where an era ended. */
export interface EraEnd {
  readonly era: number;
  readonly lsn: Lsn;
  readonly lastSeq: JobSeq;
  /** The jobs that changed in it, or earlier without a checkpoint. */
  readonly seqs: SeqSet;
}

/**
 * The changes that a checkpoint writes: how the jobs were when it began, whatever has happened to
 * them since.
 */
export class FrozenState {
  readonly era: number;
  readonly lsn: Lsn;
  readonly lastSeq: JobSeq;
  readonly seqs: SeqSet;
  readonly #bySeq: SeqPages<JobEntry>;
  readonly #raw: RawRecords | undefined;

  constructor(
    end: EraEnd,
    from: { readonly bySeq: SeqPages<JobEntry>; readonly raw: RawRecords | undefined },
  ) {
    this.era = end.era;
    this.lsn = end.lsn;
    this.lastSeq = end.lastSeq;
    this.seqs = end.seqs;
    this.#bySeq = from.bySeq;
    this.#raw = from.raw;
  }

  get size(): number {
    return this.seqs.size;
  }

  has(seq: JobSeq): boolean {
    return this.seqs.has(seq);
  }

  /** The changes in the order of the jobs, resolved one by one as they are asked for. */
  *changes(): Generator<ChangedJob> {
    for (const seq of this.seqs.walk()) {
      yield { seq, resolve: (base) => this.resolve(seq, base) };
    }
  }

  /** How a job is to stand in the next table; undefined when it is gone. */
  resolve(seq: JobSeq, base: TableJob | undefined): TableJob | undefined {
    const entry = this.#bySeq.get(seq);
    if (entry !== undefined && !entry.unread) {
      const job = entry.era > this.era ? entry.frozen : entry.durable;
      return job ? encoded(seq, job) : undefined;
    }
    const state = this.#raw?.resolve(seq, () => base && Buffer.from(base.bytes));
    if (state?.kind !== 'job') return undefined;
    const { put } = state;
    return {
      seq,
      id: putId(put, 0),
      type: putType(put, 0),
      status: recordStatus(put, 0),
      bytes: put,
    };
  }
}

function encoded(seq: JobSeq, job: Job): TableJob {
  const sink = createByteSink(512);
  // Its parts were each short enough when they came.
  encodePut(sink, seq, job, Number.POSITIVE_INFINITY);
  return {
    seq,
    id: job.id,
    type: job.type,
    status: jobStatuses.indexOf(job.status),
    bytes: sink.bytes.subarray(0, sink.at),
  };
}
