import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { LogTableEntry } from '../../../../src/engine/seam.js';
import { planLogs } from '../../../../src/engine/tables/logRotation.js';

/** Files of those lengths, oldest first. */
function files(...lengths: readonly number[]): LogTableEntry[] {
  return lengths.map((bytes, i) => ({
    name: `logs-${i}`,
    firstLsn: i * 10,
    lastLsn: i * 10 + 9,
    entries: 10,
    bytes,
  }));
}

describe('the files of the next checkpoint', () => {
  const limits = { fileBytes: 100, files: 3 };
  test.each([
    ['one file stays', [10], [], []],
    ['a newest that is as long as the one before is merged with it', [10, 10], [], [[0, 1]]],
    ['a shorter one waits', [50, 10], [], []],
    ['merging goes on while the older one is no longer', [40, 20, 20], [], [[0, 1, 2]]],
    ['no file grows beyond its limit', [60, 60], [], []],
    ['too many: the shortest neighbours are merged', [90, 30, 20, 10], [], [[2, 3]]],
    ['too many and none fit: the oldest goes', [90, 80, 70, 60], [0], []],
    ['a file above the limit is left alone', [500, 10], [], []],
    ['many may go at once', [90, 90, 90, 90, 90, 90], [0, 1, 2], []],
  ])('%s', (_, lengths, drop, merge) => {
    const name = (i: number) => `logs-${i}`;
    expect(planLogs(files(...lengths), limits)).toEqual({
      drop: drop.map(name),
      merge: merge.map((run) => run.map(name)),
    });
  });

  test.prop([
    fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 40 }),
    fc.integer({ min: 1, max: 8 }),
  ])(
    'are never too many, and lose only the oldest, only when none can be merged',
    (lengths, most) => {
      const tables = files(...lengths);
      const plan = planLogs(tables, { fileBytes: 100, files: most });
      const names = tables.map((table) => table.name);
      expect(names.slice(0, plan.drop.length)).toEqual(plan.drop);
      const starts = new Map(plan.merge.map((run) => [run[0], run]));
      const runs: string[][] = [];
      for (let i = plan.drop.length; i < names.length; ) {
        const run = starts.get(names[i]) ?? [names[i]!];
        expect(names.slice(i, i + run.length)).toEqual(run);
        runs.push([...run]);
        i += run.length;
      }
      expect(runs.length).toBeLessThanOrEqual(most);
      const bytes = (run: readonly string[]) =>
        run.reduce((sum, name) => sum + tables.find((table) => table.name === name)!.bytes, 0);
      for (const run of runs) if (run.length > 1) expect(bytes(run)).toBeLessThanOrEqual(100);
      if (plan.drop.length === 0) return;
      expect(runs.length).toBe(most);
      for (let i = 0; i + 1 < runs.length; i++) {
        expect(bytes(runs[i]!) + bytes(runs[i + 1]!)).toBeGreaterThan(100);
      }
    },
  );

  test('copy an entry only a few times on its way into a full file', () => {
    const limits = { fileBytes: 1_000_000, files: 20 };
    let tables: LogTableEntry[] = [];
    let copied = 0;
    for (let i = 0; i < 1000; i++) {
      tables.push({ ...files(1000)[0]!, name: `logs-${i}` });
      const { merge, drop } = planLogs(tables, limits);
      expect(drop).toEqual([]);
      for (const run of merge) {
        const parts = tables.filter((table) => run.includes(table.name));
        const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
        copied += bytes;
        const merged = { ...parts[0]!, name: `${run[0]}m${i}`, bytes };
        tables = tables.flatMap((table) =>
          table === parts[0] ? [merged] : parts.includes(table) ? [] : [table],
        );
      }
    }
    expect(copied / 1_000_000).toBeLessThan(11);
    expect(tables.length).toBeLessThan(12);
  });
});
