import { describe, expect, test } from 'vitest';
import type { Pace } from '../../../../src/engine/seam.js';
import { HashIndexBuilder } from '../../../../src/engine/tables/hashIndex.js';
import { openJobTable } from '../../../../src/engine/tables/jobTable.js';
import { type ChangedJob, mergeJobs } from '../../../../src/engine/tables/mergeJobs.js';
import { sortInSlices } from '../../../../src/engine/tables/sortInSlices.js';
import type { TableJob } from '../../../../src/engine/tables/tableJob.js';
import { TableOutput } from '../../../../src/engine/tables/tableOutput.js';
import { writeJobTable } from '../../../../src/engine/tables/writeJobTable.js';
import { writeLogTable } from '../../../../src/engine/tables/writeLogTable.js';
import { memoryPlatform } from './memoryFiles.js';
import { batchesOf, dir, job, log, noPace, storeId, writeJobs } from './tableCases.js';

/** Notes how much was done between two turns, in bytes that were checksummed and steps taken. */
function meter() {
  const platform = memoryPlatform();
  const { crc32 } = platform;
  let since = 0;
  let most = 0;
  let turns = 0;
  const work = (amount: number) => {
    since += amount;
    most = Math.max(most, since);
  };
  const pace: Pace = {
    turn() {
      since = 0;
      turns++;
      return turns % 3 === 0 ? Promise.resolve() : undefined;
    },
  };
  return {
    pace,
    work,
    platform: {
      ...platform,
      crc32: (bytes: Uint8Array, from: number, to: number, seed?: number) => {
        work(to - from + 50);
        return crc32(bytes, from, to, seed);
      },
    },
    most: () => most,
    turns: () => turns,
  };
}

const count = 20_000;
const many = Array.from({ length: count }, (_, i) => job(i + 1, { status: i % 3 }));

describe('long work looks at the clock often', () => {
  test('writing, reading, merging and verifying a job table', async () => {
    const { platform, pace, most, turns, work } = meter();
    const base = { name: 'jobs-1-1', lsn: 1, lastSeq: count, platform, dir, storeId, pace };
    function* counted(): Generator<readonly TableJob[]> {
      for (const batch of batchesOf(many, 1000)) yield batch;
    }
    const entry = await writeJobTable({ ...base, jobs: counted() });
    const table = await openJobTable({ platform, dir, entry, storeId });
    const recent = many
      .filter((one) => one.seq % 2 === 0)
      .map(
        (one): ChangedJob => ({
          seq: one.seq,
          resolve() {
            work(100);
            return one;
          },
        }),
      );
    const jobs = mergeJobs(table, recent, pace);
    await writeJobTable({ ...base, name: 'jobs-1-2', jobs });
    await table.verify(pace);
    expect(turns()).toBeGreaterThan(count / 32);
    // Some 64 KiB of checksums: far below a millisecond.
    expect(most()).toBeLessThan(64 * 1024);
  });

  test('sorting ids into pages', async () => {
    const { platform, pace, turns } = meter();
    const index = new HashIndexBuilder();
    for (let i = 0; i < 100_000; i++) index.add((i * 7919 * 2 ** 24) % 2 ** 53, i + 8);
    const { pages } = await TableOutput.write({ platform, dir, name: 'index', pace }, (out) =>
      index.write(out, platform.crc32, pace),
    );
    expect(turns() - pages).toBeGreaterThanOrEqual((2 * 100_000) / 4096);
  });

  test('one huge record', async () => {
    const { platform, pace, most } = meter();
    const huge = [job(1), job(2, { bytes: Buffer.alloc(20_000_000, 1) }), job(3)];
    const entry = await writeJobTable({
      platform,
      dir,
      storeId,
      pace,
      name: 'jobs-1-1',
      lsn: 1,
      lastSeq: 3,
      jobs: [huge],
    });
    const table = await openJobTable({ platform, dir, entry, storeId });
    await table.verify(pace);
    expect(most()).toBeLessThan(1_200_000);
  });

  test('a log table', async () => {
    const { platform, pace, most, turns } = meter();
    const entries = Array.from({ length: count }, (_, i) => log(i + 1, { jobSeq: (i * 7) % 999 }));
    await writeLogTable({
      platform,
      dir,
      name: 'logs-1-1',
      storeId,
      entries: batchesOf(entries, 100),
      pace,
    });
    expect(turns()).toBeGreaterThan(count / 32);
    expect(most()).toBeLessThan(64 * 1024);
  });

  test('a sort', async () => {
    const { pace, most, work } = meter();
    const compare = (a: number, b: number) => {
      work(1);
      return ((a * 7919) % count) - ((b * 7919) % count);
    };
    const sorted = await sortInSlices(count, compare, pace);
    expect(sorted.slice(0, 3)).toEqual(
      Uint32Array.from(many.keys())
        .sort((a, b) => ((a * 7919) % count) - ((b * 7919) % count))
        .slice(0, 3),
    );
    expect(most()).toBeLessThan(40_000);
  });
});

test('a table is the same whether its writer pauses or not', async () => {
  const paused = meter();
  const plainPlatform = memoryPlatform();
  const entry = await writeJobs(plainPlatform, many);
  await writeJobTable({
    ...paused,
    dir,
    name: entry.name,
    storeId,
    lsn: entry.lsn,
    lastSeq: entry.lastSeq,
    jobs: [many],
  });
  const path = `${dir}/${entry.name}`;
  const paced = paused.platform.files.contents.get(path);
  expect(paced?.equals(plainPlatform.files.contents.get(path)!)).toBe(true);
  expect(noPace.turn()).toBeUndefined();
});
