import { expect } from 'vitest';
import { createByteSink } from '../../../../src/engine/byteSink.js';
import {
  encodeHead,
  encodeLogEntry,
  encodePut,
  encodeRemove,
} from '../../../../src/engine/records.js';
import type { FrozenState } from '../../../../src/engine/state/frozenState.js';
import { JobLists, type ListQuery } from '../../../../src/engine/state/jobLists.js';
import { RecentLogs } from '../../../../src/engine/state/recentLogs.js';
import { RecentState } from '../../../../src/engine/state/recentState.js';
import type { Job, JobStatus, LogEntry } from '../../../../src/jobs/job.js';
import { jobStatuses } from '../../../../src/jobs/job.js';
import { keepPatch, patched } from '../../../../src/jobs/patch.js';
import { transition } from '../../../../src/jobs/stateMachine.js';
import { createdJob } from '../../../../src/jobs/validate.js';
import { mergedTable, plainTable } from '../../../support/plainTable.js';

interface Kept {
  readonly seq: number;
  readonly job: Job;
}

/** The whole truth at one moment: plain, copied at every write. */
interface Truth {
  readonly lsn: number;
  readonly jobs: ReadonlyMap<string, Kept>;
  readonly logs: readonly LogEntry[];
  /** Seqs of the jobs that the logs belong to, in step with `logs`. */
  readonly logSeqs: readonly number[];
}

const limit = 1e6;
const types = ['build', 'test'];

/** A state under test, the truth beside it, and a log and a table that are plain lists. */
export class StateRig {
  state: RecentState;
  lists: JobLists;
  settledIds: string[] = [];
  #table = plainTable([]);
  #tableLogs: { seq: number; entry: LogEntry }[] = [];
  #checkpointLsn = 0;
  #lastSeqInTable = 0;
  /** Of the records since the checkpoint. */
  #records: { lsn: number; bytes: Buffer }[] = [];
  #truths: Truth[] = [{ lsn: 0, jobs: new Map(), logs: [], logSeqs: [] }];
  #lsn = 0;
  #settledLsn = 0;
  #frozen: { state: FrozenState; truth: Truth } | undefined;
  readonly #cacheBytes: number;

  constructor(cacheBytes: number) {
    this.#cacheBytes = cacheBytes;
    [this.state, this.lists] = this.#open();
  }

  #open(): [RecentState, JobLists] {
    const base = {
      lastNumber: (seq: number) =>
        this.#tableLogs.filter((log) => log.seq === seq).at(-1)?.entry.number ?? 0,
      jobId: (seq: number): string => state.at(seq)?.id ?? 'gone',
    };
    const state: RecentState = new RecentState({
      table: this.#table,
      lastSeq: this.#lastSeqInTable,
      cacheBytes: this.#cacheBytes,
      logs: new RecentLogs(base),
    });
    return [state, new JobLists(state, this.#cacheBytes, queueMicrotask)];
  }

  get #latest(): Truth {
    return this.#truths.at(-1)!;
  }

  get #durable(): Truth {
    return this.#truths.findLast(({ lsn }) => lsn <= this.#settledLsn)!;
  }

  create(id: string, type: number, parent: boolean): void {
    const found = this.state.find(id);
    expect(found?.latest).toEqual(this.#latest.jobs.get(id)?.job);
    if (found !== undefined) return;
    const named = { id, type: types[type % 2]!, data: { id, big: 'x'.repeat(type) } };
    const job = createdJob(parent ? { ...named, parent: 'p' } : named, id, this.#lsn);
    const seq = this.state.nextSeq();
    const [lsn, bytes] = this.#write((sink) => encodePut(sink, seq, job, limit));
    this.state.create(lsn, seq, job, bytes);
    this.#know({ jobs: new Map(this.#latest.jobs).set(id, { seq, job }) });
  }

  change(id: string, how: JobStatus | number): void {
    const entry = this.state.find(id);
    expect(entry?.latest).toEqual(this.#latest.jobs.get(id)?.job);
    if (entry === undefined) return;
    const before = entry.latest!;
    const next = nextOf(before, how, this.#lsn);
    if (next === before) return;
    const { seq } = entry;
    const [lsn, bytes] = this.#write((sink) => encodeHead(sink, seq, { before, job: next }, limit));
    this.state.change(lsn, entry, next, bytes);
    this.#know({ jobs: new Map(this.#latest.jobs).set(id, { seq, job: next }) });
  }

  remove(id: string): void {
    const entry = this.state.find(id);
    if (entry === undefined) return;
    const { seq } = entry;
    const [lsn] = this.#write((sink) => encodeRemove(sink, seq, entry.latest!.version));
    this.state.remove(lsn, entry);
    const jobs = new Map(this.#latest.jobs);
    jobs.delete(id);
    const stays = (_: unknown, at: number): boolean => this.#latest.logSeqs[at] !== seq;
    const { logs, logSeqs } = this.#latest;
    this.#know({ jobs, logs: logs.filter(stays), logSeqs: logSeqs.filter(stays) });
  }

  log(id: string): void {
    const entry = this.state.find(id);
    if (entry === undefined) return;
    const { seq } = entry;
    const { logs, logSeqs } = this.#latest;
    const number = logSeqs.filter((one) => one === seq).length + 1;
    expect(this.state.logs.nextNumber(seq)).toBe(number);
    const log: LogEntry = {
      jobId: id,
      number,
      at: this.#lsn,
      level: 'info',
      message: `entry ${this.#lsn}`,
      fields: this.#lsn % 2 === 0 ? null : { n: this.#lsn },
    };
    const [lsn] = this.#write((sink) => encodeLogEntry(sink, seq, log, limit));
    this.state.logs.append(lsn, seq, log);
    this.#know({ logs: [...logs, log], logSeqs: [...logSeqs, seq] });
  }

  /** @param share - of the writes under way, the oldest first */
  settle(share: number): void {
    this.#settledLsn += Math.ceil((this.#lsn - this.#settledLsn) * share);
    this.state.settle(this.#settledLsn);
    expect(this.state.durableLsn).toBe(this.#settledLsn);
  }

  /** @param share - of the writes under way, the newest first */
  revert(share: number): void {
    const count = Math.ceil((this.#lsn - this.#settledLsn) * share);
    if (count === 0) return;
    this.#lsn -= count;
    this.state.revert(this.#lsn + 1);
    this.#truths = this.#truths.filter(({ lsn }) => lsn <= this.#lsn);
    this.#records = this.#records.filter(({ lsn }) => lsn <= this.#lsn);
  }

  freeze(): void {
    if (this.#frozen === undefined) {
      this.#frozen = { state: this.state.freeze(), truth: this.#durable };
    }
  }

  thaw(): void {
    if (this.#frozen === undefined) return;
    this.state.thaw();
    this.#frozen = undefined;
  }

  checkpointed(): void {
    if (this.#frozen === undefined) return;
    const { state: frozen, truth } = this.#frozen;
    const table = mergedTable(this.#table, frozen.changes(), frozen.lsn);
    expect(frozen.lsn).toBe(truth.lsn);
    expect(table.jobs.map(({ seq, id }) => [seq, id])).toEqual(
      [...truth.jobs].map(([id, { seq }]) => [seq, id]).sort(([a], [b]) => Number(a) - Number(b)),
    );
    const isThere = (seq: number): boolean => table.readNow(seq) !== undefined;
    this.#tableLogs = this.#tableLogs.filter(({ seq }) => isThere(seq));
    for (const { jobSeq, number } of this.state.logs.frozenEntries(isThere)) {
      const at = truth.logSeqs.findIndex(
        (seq, index) => seq === jobSeq && truth.logs[index]!.number === number,
      );
      this.#tableLogs.push({ seq: jobSeq, entry: truth.logs[at]! });
    }
    expect(this.#tableLogs.map(({ entry }) => entry)).toEqual(truth.logs);
    this.#table = table;
    this.#lastSeqInTable = frozen.lastSeq;
    this.#checkpointLsn = frozen.lsn;
    this.#records = this.#records.filter(({ lsn }) => lsn > frozen.lsn);
    this.state.checkpointed(table);
    this.#frozen = undefined;
  }

  /** A crash: only what is durable is left, in the table and in the log. */
  reopen(groupSize: number): void {
    this.#truths = [this.#durable];
    this.#lsn = this.#settledLsn;
    this.#frozen = undefined;
    this.#records = this.#records.filter(({ lsn }) => lsn <= this.#lsn);
    [this.state, this.lists] = this.#open();
    for (let at = 0; at < this.#records.length; at += groupSize) {
      const group = this.#records.slice(at, at + groupSize);
      const bytes = Buffer.concat([Buffer.alloc(3), ...group.map((record) => record.bytes)]);
      const span = { bytes, from: 3, to: bytes.length };
      expect(this.state.replay(span, this.#checkpointLsn + 1 + at, () => {})).toBe(-1);
      bytes.fill(0xee);
    }
  }

  /** Holds one listing and one count against the truth. */
  list(query: Omit<ListQuery, 'after'> & { afterId?: string | undefined }): void {
    const { afterId, ...rest } = query;
    const durable = this.#durable.jobs;
    const after = afterId === undefined ? undefined : durable.get(afterId)?.seq;
    const statuses = rest.status === undefined ? jobStatuses : [rest.status].flat();
    const matching = [...durable.values()]
      .sort((a, b) => (a.seq - b.seq) * (rest.newest ? -1 : 1))
      .filter(({ job }) => statuses.includes(job.status))
      .filter(({ job }) => rest.type === undefined || job.type === rest.type);
    const page = matching
      .filter(({ job }) => rest.parent === undefined || job.parent === rest.parent)
      .filter(({ seq }) => after === undefined || (rest.newest ? seq < after : seq > after))
      .slice(0, rest.limit)
      .map(({ job }) => job);
    expect(this.lists.list({ ...rest, after })).toEqual(page);
    expect(this.lists.count(rest)).toBe(matching.length);
  }

  /** Holds every job, in both views, and every log against the truth. */
  check(ids: readonly string[]): void {
    const durable = this.#durable;
    for (const id of ids) {
      const job = this.state.get(id);
      expect(job, `durable ${id}`).toEqual(durable.jobs.get(id)?.job);
      expect(this.state.find(id)?.latest, `latest ${id}`).toEqual(this.#latest.jobs.get(id)?.job);
      if (job === undefined) continue;
      expect(Object.isFrozen(job) && Object.isFrozen(job.data)).toBe(true);
      const { seq } = durable.jobs.get(id)!;
      const inTable = this.#tableLogs.filter((log) => log.seq === seq).map(({ entry }) => entry);
      expect([...inTable, ...this.state.logs.of(seq)]).toEqual(
        durable.logs.filter((_, at) => durable.logSeqs[at] === seq),
      );
    }
    const seqs = new Set([...durable.jobs.values()].map(({ seq }) => seq));
    const recent = [...this.state.logs.newest((seq) => seqs.has(seq))];
    const inTable = this.#tableLogs.filter(({ seq }) => seqs.has(seq)).map(({ entry }) => entry);
    expect([...recent, ...inTable.reverse()]).toEqual(durable.logs.toReversed());
  }

  #write(encode: (sink: ReturnType<typeof createByteSink>) => void): [lsn: number, bytes: number] {
    const sink = createByteSink(64);
    encode(sink);
    const bytes = Buffer.from(sink.bytes.subarray(0, sink.at));
    this.#records.push({ lsn: ++this.#lsn, bytes });
    return [this.#lsn, bytes.length];
  }

  #know(change: Partial<Truth>): void {
    this.#truths.push({ ...this.#latest, ...change, lsn: this.#lsn });
  }
}

function nextOf(job: Job, how: JobStatus | number, now: number): Job {
  if (typeof how === 'number') {
    return patched(job, keepPatch(how < 1 ? { progress: how } : { data: { how } }), now);
  }
  const error = Object.freeze({ message: how });
  const step = transition(job, how, { result: [how], error }, now);
  return step.kind === 'refused' ? job : step.job;
}
