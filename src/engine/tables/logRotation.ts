import type { Bytes } from '../../units.js';
import type { LogTableEntry, Pace } from '../seam.js';
import type { LogTable } from './logTable.js';
import type { TableLog } from './tableLog.js';

/** How much of the jobs' logs is kept. */
export interface LogLimits {
  /** Files are merged up to this length. */
  readonly fileBytes: Bytes;
  /** So many files at most; at least 1. */
  readonly files: number;
}

/** What to do with the log tables of a store: which go, and which become one. */
export interface LogPlan {
  /** Names of the oldest files, all of whose entries go. */
  readonly drop: readonly string[];
  /** Neighbours that become one file, each list oldest first; none is in two of them. */
  readonly merge: readonly (readonly string[])[];
}

/** Files that are to become one. */
interface Run {
  readonly names: readonly string[];
  readonly bytes: Bytes;
}

/**
 * Plans the files of the next checkpoint. The newest files are merged as long as the older one is
 * no longer than those behind it together, so that each entry is copied only some few times on its
 * way into a full file; where there still are too many, neighbours are merged, the shortest pair
 * first; and where no pair fits into a file any more, the oldest file goes.
 *
 * @param tables - oldest first, the new one included
 */
export function planLogs(tables: readonly LogTableEntry[], limits: LogLimits): LogPlan {
  const fits = (a: Run, b: Run) => a.bytes + b.bytes <= limits.fileBytes;
  const runs: Run[] = [];
  for (const { name, bytes } of tables) runs.push({ names: [name], bytes });
  for (let i = runs.length - 1; i > 0; i--) {
    const older = runs[i - 1]!;
    const newer = runs[i]!;
    if (older.bytes > newer.bytes || !fits(older, newer)) break;
    runs.splice(i - 1, 2, joined(older, newer));
  }
  while (runs.length > limits.files) {
    const pair = shortestPair(runs, fits);
    if (pair === undefined) break;
    runs.splice(pair, 2, joined(runs[pair]!, runs[pair + 1]!));
  }
  const gone = runs.splice(0, Math.max(0, runs.length - limits.files));
  return {
    drop: gone.flatMap((run) => run.names),
    merge: runs.map((run) => run.names).filter((names) => names.length > 1),
  };
}

/**
 * The entries of several log tables as one.
 *
 * @param tables - oldest first
 * @param keeps - false for what goes: entries of removed jobs, or of jobs that have too many
 */
export async function* mergeLogs(
  tables: readonly Pick<LogTable, 'each'>[],
  keeps: (log: TableLog) => boolean,
  pace: Pace,
): AsyncGenerator<readonly TableLog[]> {
  for (const table of tables) {
    for await (const batch of table.each(pace)) {
      yield batch.filter(keeps);
    }
  }
}

function shortestPair(runs: readonly Run[], fits: (a: Run, b: Run) => boolean): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 1 < runs.length; i++) {
    const older = runs[i]!;
    const newer = runs[i + 1]!;
    if (!fits(older, newer) || older.bytes + newer.bytes >= least) continue;
    best = i;
    least = older.bytes + newer.bytes;
  }
  return best;
}

function joined(older: Run, newer: Run): Run {
  return { names: [...older.names, ...newer.names], bytes: older.bytes + newer.bytes };
}
