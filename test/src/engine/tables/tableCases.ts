import fc from 'fast-check';
import type { JobTableEntry, LogTableEntry, Pace } from '../../../../src/engine/seam.js';
import type { IdHash } from '../../../../src/engine/tables/idHash.js';
import { type JobTable, openJobTable } from '../../../../src/engine/tables/jobTable.js';
import { type LogTable, openLogTable } from '../../../../src/engine/tables/logTable.js';
import type { TableJob } from '../../../../src/engine/tables/tableJob.js';
import type { TableLog } from '../../../../src/engine/tables/tableLog.js';
import { writeJobTable } from '../../../../src/engine/tables/writeJobTable.js';
import { writeLogTable } from '../../../../src/engine/tables/writeLogTable.js';
import { memoryPlatform } from './memoryFiles.js';

/** A pace that never asks for a pause. */
export const noPace: Pace = { turn: () => undefined };

export const storeId = 'store-a';
export const dir = 'dir';
export type MemoryPlatform = ReturnType<typeof memoryPlatform>;

/** A job; what isn't given follows from its seq. */
export function job(seq: number, over: Partial<TableJob> = {}): TableJob {
  return {
    seq,
    id: `job-${seq}`,
    type: 'hunt',
    status: 0,
    bytes: Buffer.from(`record of job ${seq}`),
    ...over,
  };
}

/** An entry of a job's log; what isn't given follows from its LSN. */
export function log(lsn: number, over: Partial<TableLog> = {}): TableLog {
  return { lsn, jobSeq: 1, number: lsn, bytes: Buffer.from(`entry ${lsn}`), ...over };
}

/** Writes a job table, in batches of a few. */
export function writeJobs(
  platform: MemoryPlatform,
  jobs: readonly TableJob[],
  over: { name?: string; hash?: IdHash; pace?: Pace; lsn?: number } = {},
): Promise<JobTableEntry> {
  const { name = 'jobs-1-1', hash, pace = noPace, lsn = 100 } = over;
  const last = jobs[jobs.length - 1]?.seq ?? 0;
  return writeJobTable({
    platform,
    dir,
    name,
    storeId,
    lsn,
    lastSeq: last + 7,
    jobs: batchesOf(jobs, 5),
    pace,
    ...(hash && { hash }),
  });
}

/** Writes jobs and opens their table. */
export async function tableOf(
  jobs: readonly TableJob[],
  over: { platform?: MemoryPlatform; name?: string; hash?: IdHash } = {},
): Promise<JobTable> {
  const platform = over.platform ?? memoryPlatform();
  const entry = await writeJobs(platform, jobs, over);
  return openJobTable({ platform, dir, entry, storeId, ...(over.hash && { hash: over.hash }) });
}

/** Writes log entries; there must be some. */
export async function writeLogs(
  platform: MemoryPlatform,
  entries: readonly TableLog[],
  name = 'logs-1-1',
): Promise<LogTableEntry> {
  const written = await writeLogTable({
    platform,
    dir,
    name,
    storeId,
    entries: batchesOf(entries, 3),
    pace: noPace,
  });
  if (!written) throw new Error('no entries were given');
  return written;
}

/** Writes log entries and opens their table. */
export async function logTableOf(
  entries: readonly TableLog[],
  over: { platform?: MemoryPlatform; name?: string } = {},
): Promise<LogTable> {
  const platform = over.platform ?? memoryPlatform();
  const entry = await writeLogs(platform, entries, over.name);
  return openLogTable({ platform, dir, entry, storeId });
}

export function* batchesOf<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += size) yield all.slice(i, i + size);
}

/** All of what comes in batches. */
export async function gathered<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

/** A job without the identity of its buffer, to be compared. */
export function plain({ seq, id, type, status, bytes }: TableJob) {
  return { seq, id, type, status, bytes: Buffer.from(bytes).toString('latin1') };
}

const ids = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('é', '漢', '😀', 'a'), minLength: 60, maxLength: 256 }),
);

const records = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 2, arbitrary: fc.nat(3000).map((length) => new Uint8Array(length).fill(length)) },
  { weight: 1, arbitrary: fc.constantFrom(70_000, 300_000).map((n) => new Uint8Array(n).fill(7)) },
);

/** Jobs in order, with ids of all kinds, gaps between their seqs, and a few types. */
export const someJobs: fc.Arbitrary<readonly TableJob[]> = fc
  .uniqueArray(
    fc.record({
      gap: fc.oneof(fc.nat(3), fc.constantFrom(2 ** 31, 2 ** 33)),
      id: ids,
      type: fc.constantFrom('hunt', 'run', 'Prüfung'),
      status: fc.nat(4),
      bytes: records,
    }),
    { selector: ({ id }) => id, maxLength: 60 },
  )
  .map((rows) => {
    let seq = 0;
    return rows.map(({ gap, ...rest }) => {
      seq += 1 + gap;
      return { ...rest, seq };
    });
  });

/** Hashes that force ids upon each other: all of them, their pages, or their tags. */
export const badHashes: readonly IdHash[] = [
  () => 0,
  () => 2 ** 53 - 1,
  (bytes, from, to) => (to - from) * 2 ** 24 + (bytes[from] ?? 0),
  (bytes, from) => (bytes[from] ?? 0) * 2 ** 45,
];
