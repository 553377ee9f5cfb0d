import { FlakehoundError } from '../../errors.js';
import type { LogEntry } from '../../jobs/job.js';
import type { JobSeq, Lsn } from '../../units.js';
import { createByteSink, readU32 } from '../byteSink.js';
import { logNumber, readLogEntry, recordSeq } from '../readRecord.js';
import { encodeLogEntry } from '../records.js';
import type { TableLog } from '../tables/tableLog.js';

/** One entry of a job's log since the last checkpoint. */
export interface RecentLog {
  readonly lsn: Lsn;
  readonly seq: JobSeq;
  readonly number: number;
  /** As it was written, or as it was replayed. */
  readonly entry: LogEntry | { readonly bytes: Buffer; readonly at: number };
}

/** What the logs in memory ask of the rest. */
export interface LogBase {
  /** The number of the job's last entry in the tables; 0 when there is none. */
  lastNumber(seq: JobSeq): number;
  /** The id of a job that is there. */
  jobId(seq: JobSeq): string;
}

/** Entries in the order of their LSNs, and by job. */
class LogLayer {
  readonly all: RecentLog[] = [];
  readonly byJob = new Map<JobSeq, RecentLog[]>();

  add(log: RecentLog): void {
    this.all.push(log);
    const own = this.byJob.get(log.seq);
    if (own === undefined) this.byJob.set(log.seq, [log]);
    else own.push(log);
  }
}

/** The jobs' log entries since the last checkpoint, in the same two views as the jobs. */
export class RecentLogs {
  readonly #base: LogBase;
  /** The number of the last entry of each job that was written to since the last checkpoint. */
  #numbers = new Map<JobSeq, number>();
  #removed = new Set<JobSeq>();
  #pending: RecentLog[] = [];
  #fresh = new LogLayer();
  #frozen: LogLayer | undefined;
  #removedFrozen = new Set<JobSeq>();

  constructor(base: LogBase) {
    this.#base = base;
  }

  /** How many durable entries aren't in a table. */
  get size(): number {
    return this.#fresh.all.length + (this.#frozen?.all.length ?? 0);
  }

  /** The number for a job's next entry. */
  nextNumber(seq: JobSeq): number {
    return (this.#numbers.get(seq) ?? this.#base.lastNumber(seq)) + 1;
  }

  /** Adds an entry whose record was just written. */
  append(lsn: Lsn, seq: JobSeq, entry: LogEntry): void {
    this.#numbers.set(seq, entry.number);
    this.#pending.push({ lsn, seq, number: entry.number, entry });
  }

  settle(lsn: Lsn): void {
    let count = 0;
    for (const log of this.#pending) {
      if (log.lsn > lsn) break;
      this.#fresh.add(log);
      count++;
    }
    if (count === this.#pending.length) {
      if (count > 0) this.#pending = [];
    } else if (count > 0) this.#pending.splice(0, count);
  }

  revert(fromLsn: Lsn): void {
    while (this.#pending.length > 0 && this.#pending.at(-1)!.lsn >= fromLsn) {
      const { seq, number } = this.#pending.pop()!;
      this.#numbers.set(seq, number - 1);
    }
  }

  /** Takes in a record read back from the log; its bytes stay as they are. */
  replay(lsn: Lsn, bytes: Buffer, at: number): void {
    const seq = recordSeq(bytes, at);
    const number = logNumber(bytes, at);
    this.#numbers.set(seq, number);
    this.#fresh.add({ lsn, seq, number, entry: { bytes, at } });
  }

  /** The job is gone, and its log with it. */
  removeJob(seq: JobSeq): void {
    this.#removed.add(seq);
    this.#numbers.delete(seq);
    this.#fresh.byJob.delete(seq);
  }

  /** A job's entries since the last checkpoint, oldest first; with `limit` the last so many. */
  of(seq: JobSeq, limit = Number.POSITIVE_INFINITY): readonly LogEntry[] {
    if (this.#removed.has(seq)) return [];
    const fresh = this.#fresh.byJob.get(seq) ?? [];
    const frozen = this.#frozen?.byJob.get(seq) ?? [];
    const all = frozen.length === 0 ? fresh : [...frozen, ...fresh];
    const chosen = limit >= all.length ? all : all.slice(all.length - Math.max(0, limit));
    return chosen.map((log) => this.#read(log));
  }

  /**
   * The entries of all jobs since the last checkpoint, the newest first.
   *
   * @param isThere - whether a job still exists
   */
  *newest(isThere: (seq: JobSeq) => boolean): Generator<LogEntry> {
    for (const layer of [this.#fresh, this.#frozen]) {
      if (layer === undefined) continue;
      for (let index = layer.all.length - 1; index >= 0; index--) {
        const log = layer.all[index]!;
        if (isThere(log.seq)) yield this.#read(log);
      }
    }
  }

  freeze(): void {
    this.#frozen = this.#fresh;
    this.#fresh = new LogLayer();
    this.#removedFrozen = this.#removed;
    this.#removed = new Set(this.#removedFrozen);
  }

  thaw(): void {
    if (this.#frozen === undefined) return;
    const later = this.#fresh;
    this.#fresh = this.#frozen;
    this.#frozen = undefined;
    for (const log of later.all) this.#fresh.add(log);
    for (const seq of this.#removed) this.#fresh.byJob.delete(seq);
  }

  checkpointed(): void {
    this.#frozen = undefined;
    // Numbers go on from the tables, but for entries that aren't there yet.
    const numbers = new Map<JobSeq, number>();
    for (const log of this.#fresh.all) numbers.set(log.seq, log.number);
    for (const log of this.#pending) numbers.set(log.seq, log.number);
    this.#numbers = numbers;
    for (const seq of this.#removedFrozen) this.#removed.delete(seq);
    this.#removedFrozen = new Set();
  }

  /** The entries that the running checkpoint writes, in the order of their LSNs. @param isThere - whether a job exists in it */
  *frozenEntries(isThere: (seq: JobSeq) => boolean): Generator<TableLog> {
    for (const log of this.#frozen?.all ?? []) {
      if (!isThere(log.seq)) continue;
      yield { lsn: log.lsn, jobSeq: log.seq, number: log.number, bytes: this.#bytes(log) };
    }
  }

  #read({ seq, entry }: RecentLog): LogEntry {
    if (!('bytes' in entry)) return entry;
    const id = this.#base.jobId(seq);
    const read = readLogEntry(entry.bytes, entry.at, id);
    if (read !== undefined) return read;
    throw new FlakehoundError('CHECKPOINT_CORRUPT', `a log entry of job ${seq} holds no JSON`, {
      hint: 'keep the store for diagnosis, and restore a backup',
    });
  }

  #bytes({ seq, entry }: RecentLog): Uint8Array {
    if ('bytes' in entry) {
      return entry.bytes.subarray(entry.at, entry.at + 4 + readU32(entry.bytes, entry.at));
    }
    const sink = createByteSink(256);
    encodeLogEntry(sink, seq, entry, Number.POSITIVE_INFINITY);
    return sink.bytes.subarray(0, sink.at);
  }
}
