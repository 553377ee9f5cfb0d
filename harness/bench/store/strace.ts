/** The calls by which bytes become durable. */
export const syncCalls = ['fsync', 'fdatasync', 'msync', 'sync_file_range'] as const;

/** How often they were called, out of what `strace -c` wrote. */
export function countSyncs(summary: string): number {
  let count = 0;
  for (const line of summary.split('\n')) {
    // % time, seconds, microseconds a call, calls, errors where there were any, name
    const words = line.trim().split(/\s+/);
    const name = words.at(-1) ?? '';
    if ((syncCalls as readonly string[]).includes(name)) count += Number(words[3]);
  }
  return count;
}
