import { createByteSink } from '../engine/byteSink.js';
import { encodeLastNumber } from '../engine/records.js';
import type { LogTableEntry, Pace } from '../engine/seam.js';
import { mergeLogs, planLogs } from '../engine/tables/logRotation.js';
import type { LogTable } from '../engine/tables/logTable.js';
import type { TableLog } from '../engine/tables/tableLog.js';
import type { JobSeq } from '../units.js';
import type { StoreSettings } from './options.js';
import type { TableSet } from './tables.js';

/** The log tables of a checkpoint. */
export type LogTables = Pick<TableSet, 'logs' | 'lastNumbers'>;

/** What rotation reads and writes. */
export interface Rotation {
  /** The tables so far, the newest entries among them. */
  readonly old: LogTables;
  readonly limits: StoreSettings['jobLogs'];
  readonly isThere: (seq: JobSeq) => boolean;
  /** The number of the job's last entry, wherever it is. */
  readonly lastNumber: (seq: JobSeq) => number;
  /** Makes a table; undefined when there are no entries. */
  readonly write: (entries: AsyncIterable<readonly TableLog[]>) => Promise<LogTable | undefined>;
  readonly pace: Pace;
}

type LastEntries = Map<JobSeq, Pick<TableLog, 'lsn' | 'number'>>;

/**
 * Joins some of the log tables and drops the oldest, as the limits ask for. Of a job that loses all
 * of its entries the last number is kept, so that none is given twice.
 */
export async function rotateLogs(rotation: Rotation): Promise<LogTables> {
  const { old, limits, isThere, lastNumber, write, pace } = rotation;
  const plan = planLogs(
    old.logs.map(({ entry }) => entry),
    limits,
  );
  const isNamed = (names: readonly string[], { entry }: LogTable): boolean =>
    names.includes(entry.name);
  const gone: LastEntries = new Map();
  const lose = ({ jobSeq, lsn, number }: TableLog): void => {
    if ((gone.get(jobSeq)?.number ?? 0) < number) gone.set(jobSeq, { lsn, number });
  };
  for (const table of old.logs) {
    if (!isNamed(plan.drop, table)) continue;
    for await (const batch of table.each(pace)) {
      for (const log of batch) if (isThere(log.jobSeq)) lose(log);
    }
  }
  let kept = old.logs.filter((table) => !isNamed(plan.drop, table));
  const keeps = (log: TableLog): boolean => {
    if (!isThere(log.jobSeq)) return false;
    if (log.number > lastNumber(log.jobSeq) - limits.perJob) return true;
    lose(log);
    return false;
  };
  for (const names of plan.merge) {
    const run = kept.filter((table) => isNamed(names, table));
    const joined = await write(mergeLogs(run, keeps, pace));
    const at = kept.indexOf(run[0]!);
    kept = [
      ...kept.slice(0, at),
      ...(joined === undefined ? [] : [joined]),
      ...kept.slice(at + run.length),
    ];
  }
  return { logs: kept, lastNumbers: await keepNumbers(rotation, kept, gone) };
}

/** The table of last numbers, made anew where jobs were added to it. */
async function keepNumbers(
  { old, isThere, write, pace }: Rotation,
  kept: readonly LogTable[],
  gone: LastEntries,
): Promise<LogTable | undefined> {
  const hasEntries = (seq: JobSeq): boolean => kept.some((table) => table.lastNumberNow(seq) > 0);
  for (const seq of gone.keys()) {
    if (hasEntries(seq)) gone.delete(seq);
    await pace.turn();
  }
  if (gone.size === 0) return old.lastNumbers;
  const isNeeded = ({ jobSeq }: TableLog): boolean =>
    !gone.has(jobSeq) && isThere(jobSeq) && !hasEntries(jobSeq);
  return await write(inOrder(old.lastNumbers?.each(pace), isNeeded, gone));
}

/** The earlier last numbers that are still needed and the new ones, by their LSNs. */
async function* inOrder(
  earlier: AsyncIterable<readonly TableLog[]> | undefined,
  isNeeded: (log: TableLog) => boolean,
  gone: LastEntries,
): AsyncGenerator<readonly TableLog[]> {
  const added = [...gone]
    .sort(([, a], [, b]) => a.lsn - b.lsn)
    .map(([jobSeq, { lsn, number }]): TableLog => {
      const sink = createByteSink(32);
      encodeLastNumber(sink, jobSeq, number);
      return { lsn, jobSeq, number, bytes: sink.bytes.subarray(0, sink.at) };
    });
  let next = 0;
  for await (const batch of earlier ?? []) {
    const merged: TableLog[] = [];
    for (const log of batch) {
      if (!isNeeded(log)) continue;
      while (next < added.length && added[next]!.lsn < log.lsn) merged.push(added[next++]!);
      merged.push(log);
    }
    yield merged;
  }
  for (; next < added.length; next += 64) yield added.slice(next, next + 64);
}

/** Names of the files of log tables. */
export function entriesOf({ logs, lastNumbers }: LogTables): {
  readonly logs: readonly LogTableEntry[];
  readonly lastNumbers?: LogTableEntry;
} {
  return {
    logs: logs.map(({ entry }) => entry),
    ...(lastNumbers === undefined ? {} : { lastNumbers: lastNumbers.entry }),
  };
}
