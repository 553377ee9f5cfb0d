import type { Job, JobStatus } from '../../jobs/job.js';
import { jobStatuses } from '../../jobs/job.js';
import type { JobSeq } from '../../units.js';
import { putType, recordStatus } from '../readRecord.js';
import type { JobWhere } from '../tables/tableJob.js';
import type { RawRecords } from './rawRecords.js';
import { SeqSet } from './seqPages.js';
import type { TableView } from './tableView.js';

/** By type: as many numbers as there are statuses. */
type Tally = Map<string, number[]>;

/** From so many replayed jobs on, going through the table's lists is faster than reading each. */
const manyReplayed = 2000;

/** What the counts start from: the table, and what was replayed on top of it. */
export interface CountBase {
  readonly table: TableView;
  readonly raw: RawRecords | undefined;
  /** The jobs that were replayed. */
  readonly replayed: () => Iterable<JobSeq>;
}

/**
 * Counts the durable jobs by type and status. Which status a replayed job had in the table costs a
 * look at the table, so that the first who asks for a count pays for it, not the open.
 */
export class JobCounts {
  #tally: Tally = new Map();
  /** Whether the tally holds everything, or only what has changed since the base. */
  #isWhole = false;
  /** While a checkpoint is made: what had changed before it began. */
  #older: Tally | undefined;

  /** Follows one durable change. */
  move(before: Job | null, job: Job | null): void {
    if (before !== null && job !== null) {
      if (before.status === job.status) return;
    }
    if (before !== null) add(this.#tally, before.type, jobStatuses.indexOf(before.status), -1);
    if (job !== null) add(this.#tally, job.type, jobStatuses.indexOf(job.status), 1);
  }

  /** How many there are. */
  count(where: JobWhere, base: CountBase): number {
    if (!this.#isWhole) this.#complete(base);
    const { type, statuses = jobStatuses.keys() } = where;
    const chosen = [...statuses];
    let sum = 0;
    const addRow = (row: readonly number[] | undefined): void => {
      if (row !== undefined) for (const status of chosen) sum += row[status] ?? 0;
    };
    if (type !== undefined) addRow(this.#tally.get(type));
    else this.#tally.forEach(addRow);
    return sum;
  }

  /** How many there are of each status. */
  byStatus(base: CountBase): Record<JobStatus, number> {
    return perStatus((status) => this.count({ statuses: [status] }, base));
  }

  /** How many there are of each status as far as that is known without reading, where reading fails. */
  roughly({ table }: Pick<CountBase, 'table'>): Record<JobStatus, number> {
    const known: Tally = new Map();
    for (const { type, status, jobs } of table.groups) add(known, type, status, jobs);
    for (const later of [this.#older, this.#tally]) if (later !== undefined) merge(known, later);
    const of = (status: number): number =>
      [...known.values()].reduce((sum, row) => sum + row[status]!, 0);
    return perStatus((status) => Math.max(0, of(status)));
  }

  /** A checkpoint begins: its table will hold what has changed so far. */
  freeze(): void {
    if (this.#isWhole) return;
    this.#older = this.#tally;
    this.#tally = new Map();
  }

  /** The checkpoint failed: the old table stays the base. */
  thaw(): void {
    if (this.#older !== undefined) merge(this.#tally, this.#older);
    this.#older = undefined;
  }

  /** The checkpoint's table is the base now, and nothing is replayed on top of it. */
  rebase(): void {
    this.#older = undefined;
  }

  #complete({ table, raw, replayed }: CountBase): void {
    const whole: Tally = new Map();
    for (const { type, status, jobs } of table.groups) add(whole, type, status, jobs);
    if (raw !== undefined) addReplayed(whole, { table, raw, replayed });
    // Only now: a page that can't be read must not leave half a count behind.
    this.thaw();
    merge(whole, this.#tally);
    this.#tally = whole;
    this.#isWhole = true;
  }
}

/** Adds what replayed records changed about the counts of the table. */
function addReplayed(
  tally: Tally,
  { table, raw, replayed }: CountBase & { readonly raw: RawRecords },
): void {
  const moved = (seq: JobSeq, type: string, status: number): void => {
    add(tally, type, status, -1);
    if (raw.status(seq) !== -1) add(tally, type, raw.status(seq), 1);
  };
  const created = (seq: JobSeq): void => {
    const type = raw.type(seq);
    if (type !== undefined && raw.status(seq) !== -1) add(tally, type, raw.status(seq), 1);
  };
  let many = 0;
  for (const _seq of replayed()) if (++many > manyReplayed) break;
  if (many <= manyReplayed) {
    for (const seq of replayed()) {
      const base = table.readNow(seq)?.bytes;
      if (base === undefined) created(seq);
      else moved(seq, putType(base, 0), recordStatus(base, 0));
    }
    return;
  }
  const inTable = new SeqSet();
  for (const { type, status } of table.groups) {
    const cursor = table.seqs({ type, statuses: [status] });
    for (let seq = cursor.next(); seq !== undefined; seq = cursor.next()) {
      if (!raw.has(seq)) continue;
      inTable.add(seq);
      moved(seq, type, status);
    }
  }
  for (const seq of replayed()) if (!inTable.has(seq)) created(seq);
}

const perStatus = (of: (status: number) => number): Record<JobStatus, number> => ({
  queued: of(0),
  active: of(1),
  completed: of(2),
  failed: of(3),
  cancelled: of(4),
});

function add(tally: Tally, type: string, status: number, by: number): void {
  let row = tally.get(type);
  if (row === undefined) {
    row = jobStatuses.map(() => 0);
    tally.set(type, row);
  }
  row[status] = row[status]! + by;
}

function merge(into: Tally, from: Tally): void {
  for (const [type, row] of from) {
    row.forEach((by, status) => {
      add(into, type, status, by);
    });
  }
}
