import type { Job } from '../../jobs/job.js';
import { jobStatuses } from '../../jobs/job.js';
import type { Bytes, JobSeq, Lsn } from '../../units.js';
import { putId, recordEnd, recordSeq, recordText } from '../readRecord.js';
import { at as place, RecordKind } from '../recordLayout.js';
import { FrozenState } from './frozenState.js';
import { JobCache } from './jobCache.js';
import { type CountBase, JobCounts } from './jobCounts.js';
import { JobEntry, unreadEntry } from './jobEntry.js';
import { PendingChanges, type StateChange } from './pendingChanges.js';
import { RawRecords, replayedSeqs } from './rawRecords.js';
import type { RecentLogs } from './recentLogs.js';
import { SeqPages, SeqSet } from './seqPages.js';
import type { ChangeListener, OtherRecord, StateBase } from './stateBase.js';
import { storedJob } from './storedJob.js';
import type { TableView } from './tableView.js';

/**
 * The jobs as they are in memory: everything that changed since the last checkpoint, and a bounded
 * number of those that somebody read from its table.
 *
 * Writes go through three calls: `create`, `change` and `remove` make them part of the `latest` view,
 * which the next write is checked against; `settle` of the `durable` view, which reads see; or
 * `revert` takes them back.
 *
 * Time is cut into eras by `freeze`. What became durable in an era before the current one is what
 * the running checkpoint writes; an entry that changes in the meantime keeps its frozen state beside
 * the new one. So freezing costs nothing, however much has changed.
 */
export class RecentState {
  readonly counts = new JobCounts();
  readonly logs: RecentLogs;
  #table: TableView;
  readonly #byId = new Map<string, JobEntry>();
  readonly #bySeq = new SeqPages<JobEntry>();
  readonly #cache: JobCache;
  readonly #listeners: ChangeListener[] = [];
  #raw: RawRecords | undefined;
  #era = 1;
  /** The table holds what became durable up to this era. */
  #cleanEra = 0;
  #touched = new SeqSet();
  #frozen: FrozenState | undefined;
  readonly #releasing: Iterator<JobSeq>[] = [];
  readonly #pending = new PendingChanges();
  readonly #becomeDurable = (change: StateChange): void => this.#settleOne(change);
  #lastSeq: JobSeq;
  #durableLsn: Lsn;

  constructor({ table, lastSeq, cacheBytes, logs }: StateBase) {
    this.#table = table;
    this.#lastSeq = lastSeq;
    this.#durableLsn = table.entry.lsn;
    this.logs = logs;
    this.#cache = new JobCache(cacheBytes, {
      isClean: (entry) => entry.era <= this.#cleanEra && entry.latest === entry.durable,
      forget: (entry) => this.#forget(entry),
    });
  }

  /** LSN of the last record that is part of the durable view. */
  get durableLsn(): Lsn {
    return this.#durableLsn;
  }

  /** The highest seq ever given. */
  get lastSeq(): JobSeq {
    return this.#lastSeq;
  }

  get table(): TableView {
    return this.#table;
  }

  /** How many writes are neither settled nor taken back. */
  get pendingChanges(): number {
    return this.#pending.size;
  }

  get cachedBytes(): Bytes {
    return this.#cache.bytes;
  }

  /** Calls back with every change that becomes durable. */
  onSettled(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /** The job as it is durably. */
  get(id: string): Job | undefined {
    const entry = this.#byId.get(id);
    const job = entry?.durable;
    if (entry === undefined || !job) return this.#durableOf(id)?.durable ?? undefined;
    entry.used = true;
    return job;
  }

  /** As `get`, in a promise: the same for all who ask again while the job stays as it is. */
  ask(id: string): Promise<Job | undefined> {
    const entry = this.#byId.get(id);
    if (entry?.answer !== undefined) {
      entry.used = true;
      return entry.answer;
    }
    // A job that is asked for once takes no more memory.
    const isAgain = entry?.used === true;
    const answer = Promise.resolve(this.get(id));
    if (isAgain && entry.durable) entry.answer = answer;
    return answer;
  }

  /** Whether the id is one of a job in memory, whatever became of it. */
  holds(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The number of a job that is there durably. */
  seqOf(id: string): JobSeq | undefined {
    return this.#durableOf(id)?.seq;
  }

  /** What the next write finds; undefined when there is no such job. */
  find(id: string): JobEntry | undefined {
    let entry = this.#byId.get(id) ?? this.#fetch(id);
    if (entry?.unread) entry = this.#load(entry);
    return entry?.latest ? entry : undefined;
  }

  /** The entry of a job by its number, whatever became of it; undefined when there never was one, or it is long gone. */
  at(seq: JobSeq): JobEntry | undefined {
    const entry = this.#bySeq.get(seq);
    if (entry !== undefined) return entry.unread ? this.#load(entry) : entry;
    if (this.#raw?.has(seq)) return this.#fromRaw(seq, () => this.#table.readNow(seq)?.bytes);
    const stored = this.#table.readNow(seq);
    return stored && this.#fromTable(seq, stored.bytes);
  }

  /** Whether a job has changed since the last checkpoint, so that its table doesn't tell. */
  isRecent(seq: JobSeq): boolean {
    return this.#touched.has(seq) || this.#frozen?.has(seq) === true;
  }

  /** The sets, in need of merging, of all jobs that changed since the last checkpoint. */
  recentSets(): readonly SeqSet[] {
    return this.#frozen === undefined ? [this.#touched] : [this.#frozen.seqs, this.#touched];
  }

  /** The number of a recent job's durable status, without reading it; -1 when there is no such job. */
  recentStatus(seq: JobSeq): number {
    const entry = this.#bySeq.get(seq);
    if (entry === undefined || entry.unread) return this.#raw?.status(seq) ?? -1;
    return entry.durable ? jobStatuses.indexOf(entry.durable.status) : -1;
  }

  /** What `counts` start from. */
  get countBase(): CountBase {
    return {
      table: this.#table,
      raw: this.#raw,
      replayed: () => replayedSeqs(this.#raw, this.recentSets()),
    };
  }

  /** The number for the next job. */
  nextSeq(): JobSeq {
    return ++this.#lastSeq;
  }

  /** Adds a job whose record was just written. @param bytes - its record's length */
  create(lsn: Lsn, seq: JobSeq, job: Job, bytes: Bytes): JobEntry {
    const entry = new JobEntry(seq, job.id, {
      durable: undefined,
      latest: job,
      unread: false,
      era: 0,
      bytes,
    });
    entry.previous = this.#byId.get(job.id);
    this.#byId.set(job.id, entry);
    this.#bySeq.set(seq, entry);
    this.#pending.push({ lsn, entry, before: null, job });
    return entry;
  }

  /** Changes a job whose record was just written. @param bytes - the record's length */
  change(lsn: Lsn, entry: JobEntry, job: Job, bytes: Bytes): void {
    this.#pending.push({ lsn, entry, before: entry.latest ?? null, job });
    entry.latest = job;
    if (bytes > entry.bytes) entry.bytes = bytes;
  }

  /** Removes a job whose tombstone was just written. */
  remove(lsn: Lsn, entry: JobEntry): void {
    this.#pending.push({ lsn, entry, before: entry.latest ?? null, job: null });
    entry.latest = null;
  }

  /** Everything up to this record is durable. */
  settle(lsn: Lsn): void {
    this.#pending.settle(lsn, this.#becomeDurable);
    this.logs.settle(lsn);
    if (lsn > this.#durableLsn) this.#durableLsn = lsn;
  }

  /** Takes back everything from this record on that isn't durable: it never happened. */
  revert(fromLsn: Lsn): void {
    this.#pending.revert(fromLsn, ({ entry, before }) => {
      entry.latest = before ?? undefined;
      if (before !== null) return;
      this.#bySeq.delete(entry.seq);
      if (entry.previous === undefined) this.#byId.delete(entry.id);
      else this.#byId.set(entry.id, entry.previous);
    });
    this.logs.revert(fromLsn);
  }

  /**
   * Takes in a group read back from the log; only before anything else happens to the state.
   *
   * @param other - told of the records that are about no job
   * @returns where a record begins that is none; -1 when all are good
   */
  replay(
    group: { readonly bytes: Uint8Array; readonly from: number; readonly to: number },
    firstLsn: Lsn,
    other: (record: OtherRecord) => void,
  ): number {
    this.#raw ??= new RawRecords();
    const raw = this.#raw;
    const { bytes, at: start } = raw.take(group.bytes, group.from, group.to);
    const to = start + group.to - group.from;
    let lsn = firstLsn;
    for (let at = start; at < to; lsn++) {
      const end = recordEnd(bytes, at, to);
      if (end === -1) return group.from + at - start;
      const kind = bytes[at + place.kind]!;
      if (kind === RecordKind.log) {
        this.logs.replay(lsn, bytes, at);
      } else if (kind > RecordKind.log) {
        other({ kind, text: recordText(bytes, at) });
      } else {
        const seq = recordSeq(bytes, at);
        if (raw.note(seq, kind, at)) this.#touched.add(seq);
        if (kind === RecordKind.put) this.#announce(seq, putId(bytes, at));
        else if (kind === RecordKind.remove) this.logs.removeJob(seq);
      }
      at = end;
    }
    this.#durableLsn = lsn - 1;
    return -1;
  }

  /** Ends the era: what is durable now is what a checkpoint writes. One at a time. */
  freeze(): FrozenState {
    const frozen = new FrozenState(
      { era: this.#era, lsn: this.#durableLsn, lastSeq: this.#lastSeq, seqs: this.#touched },
      { bySeq: this.#bySeq, raw: this.#raw },
    );
    this.#frozen = frozen;
    this.#touched = new SeqSet();
    this.#era++;
    this.counts.freeze();
    this.logs.freeze();
    return frozen;
  }

  /** The checkpoint failed: what it was to write waits for the next. */
  thaw(): void {
    const frozen = this.#frozen;
    if (frozen === undefined) return;
    for (const seq of frozen.seqs.walk()) this.#touched.add(seq);
    this.#frozen = undefined;
    this.counts.thaw();
    this.logs.thaw();
  }

  /** The checkpoint is what we lie on now; `release` gives back the memory. */
  checkpointed(table: TableView): void {
    const frozen = this.#frozen;
    if (frozen === undefined) return;
    this.#table = table;
    this.#cleanEra = frozen.era;
    this.#frozen = undefined;
    // Replayed records came before the first era's end.
    this.#raw = undefined;
    this.#releasing.push(frozen.seqs.walk());
    this.counts.rebase();
    this.logs.checkpointed();
  }

  /** Gives back memory of jobs that the table holds by now, of so many at a time. @returns whether there are more */
  release(most: number): boolean {
    for (let left = most; left > 0; left--) {
      const walk = this.#releasing[0];
      if (walk === undefined) return false;
      const { done, value } = walk.next();
      if (done) this.#releasing.shift();
      else this.#releaseOne(value);
    }
    return this.#releasing.length > 0;
  }

  #settleOne(change: StateChange): void {
    const { entry, job } = change;
    if (entry.era !== this.#era) {
      const frozenEra = this.#frozen?.era ?? -1;
      if (frozenEra !== -1 && entry.frozenEra !== frozenEra) {
        entry.frozen = entry.durable;
        entry.frozenEra = frozenEra;
      }
      entry.era = this.#era;
      this.#touched.add(entry.seq);
    }
    entry.durable = job;
    entry.answer = undefined;
    entry.previous = undefined;
    this.counts.move(change.before, job);
    if (job === null) this.logs.removeJob(entry.seq);
    for (const listener of this.#listeners) listener(change);
  }

  #releaseOne(seq: JobSeq): void {
    const entry = this.#bySeq.get(seq);
    if (entry === undefined || entry.era > this.#cleanEra || entry.latest !== entry.durable) return;
    entry.frozen = undefined;
    if (entry.durable) this.#cache.add(entry);
    else this.#forget(entry);
  }

  #forget(entry: JobEntry): void {
    this.#bySeq.delete(entry.seq);
    if (this.#byId.get(entry.id) === entry) this.#byId.delete(entry.id);
  }

  /** A job of the log that nobody has read; replaying it twice changes nothing. */
  #announce(seq: JobSeq, id: string): void {
    if (seq > this.#lastSeq) this.#lastSeq = seq;
    const entry = unreadEntry(seq, id, this.#era);
    this.#byId.set(id, entry);
    this.#bySeq.set(seq, entry);
  }

  /** The job of this id that is there durably, however often it was removed and made anew since. */
  #durableOf(id: string): JobEntry | undefined {
    for (let entry = this.#byId.get(id) ?? this.#fetch(id); entry; entry = entry.previous) {
      if (entry.unread) this.#load(entry);
      if (entry.durable !== undefined) return entry.durable === null ? undefined : entry;
    }
    return undefined;
  }

  #fetch(id: string): JobEntry | undefined {
    const stored = this.#table.findNow(id);
    if (stored === undefined) return undefined;
    const { seq, bytes } = stored;
    const known = this.#bySeq.get(seq);
    if (known !== undefined) return known.unread ? this.#load(known) : known;
    return this.#raw?.has(seq) ? this.#fromRaw(seq, () => bytes) : this.#fromTable(seq, bytes);
  }

  #load(entry: JobEntry): JobEntry {
    const { seq } = entry;
    const base = (): Buffer | undefined => this.#table.readNow(seq)?.bytes;
    const state = this.#raw?.has(seq) ? this.#raw.resolve(seq, base) : undefined;
    const put = state === undefined ? base() : state.kind === 'job' ? state.put : undefined;
    entry.unread = false;
    entry.durable = put === undefined ? null : storedJob(put, seq);
    entry.latest = entry.durable;
    entry.bytes = put?.length ?? 0;
    return entry;
  }

  #fromRaw(seq: JobSeq, base: () => Buffer | undefined): JobEntry | undefined {
    const state = this.#raw?.resolve(seq, base);
    return state?.kind === 'job' ? this.#enter(seq, state.put, 1) : undefined;
  }

  #fromTable(seq: JobSeq, put: Buffer): JobEntry {
    const entry = this.#enter(seq, put, 0);
    this.#cache.add(entry);
    return entry;
  }

  #enter(seq: JobSeq, put: Buffer, era: number): JobEntry {
    const job = storedJob(put, seq);
    const bytes = put.length;
    const entry = new JobEntry(seq, job.id, {
      durable: job,
      latest: job,
      unread: false,
      era,
      bytes,
    });
    this.#bySeq.set(seq, entry);
    if (!this.#byId.has(job.id)) this.#byId.set(job.id, entry);
    return entry;
  }
}
