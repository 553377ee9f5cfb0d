import type { TraceEntry } from './trace.js';

const columns = ['#', 'at ms', 'took', 'operation', 'path', 'outcome', 'fault', 'called from'];

/** The trace as a table for people, one operation a line. */
export function explainTrace(trace: readonly TraceEntry[]): string {
  if (trace.length === 0) return 'no file system operation happened under this plan';
  const rows = [columns, ...trace.map(rowOf)];
  const shown = columns.map((_, at) => at).filter((at) => rows.slice(1).some((row) => row[at]));
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      shown
        .map((at) => (row[at] ?? '').padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf(entry: TraceEntry): string[] {
  const { within, operation } = entry;
  return [
    String(entry.ordinal),
    roundedMs(entry.startedAt),
    entry.durationMs === undefined ? '…' : roundedMs(entry.durationMs),
    within === undefined ? operation : `${within}: ${operation}`,
    [entry.path, entry.dest].filter((path) => path !== undefined).join(' → '),
    outcomeOf(entry),
    entry.fault ?? '',
    entry.callSite ?? '',
  ];
}

function outcomeOf({ error, result, durationMs }: TraceEntry): string {
  if (error !== undefined) return (error as NodeJS.ErrnoException).code ?? error.name;
  if (durationMs === undefined) return 'under way';
  return result === undefined ? 'ok' : String(result);
}

function roundedMs(ms: number): string {
  return String(Math.round(ms * 100) / 100);
}
