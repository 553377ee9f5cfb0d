import type { CheckpointEntry } from '../engine/seam.js';
import type { RecentLogs } from '../engine/state/recentLogs.js';
import type { JobTable } from '../engine/tables/jobTable.js';
import type { LogTable } from '../engine/tables/logTable.js';
import type { JobSeq } from '../units.js';

/** The files of one checkpoint, open. */
export interface TableSet {
  readonly checkpoint: CheckpointEntry | undefined;
  readonly jobs: JobTable | undefined;
  /** Oldest first. */
  readonly logs: readonly LogTable[];
  /** The last numbers of jobs that have no entries in `logs` any more. */
  readonly lastNumbers: LogTable | undefined;
}

/**
 * The tables that reads go to, and those that were replaced while somebody still reads them: they
 * are closed by their last reader.
 */
export class Tables {
  #current: TableSet;
  readonly #readers = new Map<TableSet, number>();
  readonly #retired = new Set<TableSet>();

  constructor(current: TableSet) {
    this.#current = current;
  }

  get current(): TableSet {
    return this.#current;
  }

  /** Lends the tables; they stay open until the promise is settled. */
  async read<T>(act: (tables: TableSet) => Promise<T>): Promise<T> {
    const tables = this.#current;
    this.#readers.set(tables, (this.#readers.get(tables) ?? 0) + 1);
    try {
      return await act(tables);
    } finally {
      const left = (this.#readers.get(tables) ?? 1) - 1;
      if (left > 0) this.#readers.set(tables, left);
      else this.#readers.delete(tables);
      if (left === 0 && this.#retired.delete(tables)) await this.#close(tables);
    }
  }

  /** Puts others in their place. Log tables that both have are the same objects. */
  async replace(next: TableSet): Promise<void> {
    const before = this.#current;
    this.#current = next;
    if (this.#readers.has(before)) this.#retired.add(before);
    else await this.#close(before);
  }

  async close(): Promise<void> {
    await this.#current.jobs?.close().catch(() => undefined);
    for (const table of logTablesOf(this.#current)) await table.close().catch(() => undefined);
  }

  async #close(set: TableSet): Promise<void> {
    const kept = new Set([this.#current, ...this.#retired].flatMap(logTablesOf));
    // Nothing was written to them: closing can lose nothing.
    await set.jobs?.close().catch(() => undefined);
    for (const table of logTablesOf(set)) {
      if (!kept.has(table)) await table.close().catch(() => undefined);
    }
  }
}

const logTablesOf = ({ logs, lastNumbers }: TableSet): readonly LogTable[] =>
  lastNumbers === undefined ? logs : [...logs, lastNumbers];

/** The number of the last entry that a job's log ever had, by the tables; 0 when there was none. */
export function lastNumberIn({ logs, lastNumbers }: TableSet, seq: JobSeq): number {
  for (let index = logs.length - 1; index >= 0; index--) {
    const number = logs[index]!.lastNumberNow(seq);
    if (number > 0) return number;
  }
  return lastNumbers?.lastNumberNow(seq) ?? 0;
}

/** What is asked of a job's log where only numbers matter. */
export type LogNumbers = Pick<RecentLogs, 'nextNumber'>;
