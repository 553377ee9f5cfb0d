import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { mergeLogs } from '../../../../src/engine/tables/logRotation.js';
import type { TableLog } from '../../../../src/engine/tables/tableLog.js';
import { memoryPlatform } from './memoryFiles.js';
import { gathered, log, logTableOf, noPace } from './tableCases.js';

/** Entries in order, of a few jobs whose entries are numbered through. */
const someLogs: fc.Arbitrary<TableLog[]> = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.nat(3), fc.constant(2 ** 33)),
      jobSeq: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(2 ** 40)),
      length: fc.oneof(fc.nat(50), fc.constantFrom(2000, 80_000)),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows) => {
    const numbers = new Map<number, number>();
    let lsn = 0;
    return rows.map(({ gap, jobSeq, length }) => {
      lsn += 1 + gap;
      const number = (numbers.get(jobSeq) ?? 0) + 1;
      numbers.set(jobSeq, number);
      return log(lsn, { jobSeq, number, bytes: Buffer.alloc(length, lsn) });
    });
  });

describe('a log table answers as a plain list does', () => {
  test.prop([someLogs, fc.nat(20), fc.option(fc.nat(200), { nil: undefined })])(
    'by job, and from the end',
    async (entries, limit, before) => {
      const table = await logTableOf(entries);
      for (const jobSeq of [0, 1, 2, 3, 4, 5, 6, 2 ** 40]) {
        const own = entries.filter((entry) => entry.jobSeq === jobSeq);
        expect(shown(await table.of(jobSeq))).toEqual(shown(own));
        const last = limit === 0 ? [] : own.slice(-limit);
        expect(shown(await table.of(jobSeq, { limit }))).toEqual(shown(last));
        expect(table.lastNumberNow(jobSeq)).toBe(own.length);
      }
      const older = entries.filter((entry) => before === undefined || entry.lsn < before);
      const newest = older.toReversed().slice(0, limit);
      expect(shown(await table.newest(limit, before))).toEqual(shown(newest));
      expect(shown(await gathered(table.each(noPace)))).toEqual(shown(entries));
      await table.verify(noPace);
    },
  );

  test('also when one job has many pages of the index', async () => {
    const entries = Array.from({ length: 3000 }, (_, i) =>
      log(i + 1, { jobSeq: i % 3 === 0 ? 1 : 2, number: Math.floor(i / 3) + 1 }),
    );
    const table = await logTableOf(entries);
    for (const jobSeq of [1, 2]) {
      const own = entries.filter((entry) => entry.jobSeq === jobSeq);
      expect(shown(await table.of(jobSeq))).toEqual(shown(own));
      expect(shown(await table.of(jobSeq, { limit: 700 }))).toEqual(shown(own.slice(-700)));
    }
    expect(shown(await table.newest(1000))).toEqual(shown(entries.toReversed().slice(0, 1000)));
    await table.verify(noPace);
  });
});

test.prop([someLogs, fc.nat(120), fc.nat(5)])(
  'merged tables hold the entries that are kept, in their order',
  async (entries, cut, gone) => {
    const platform = memoryPlatform();
    const parts = [entries.slice(0, cut), entries.slice(cut)].filter((part) => part.length > 0);
    const tables = await Promise.all(
      parts.map((part, i) => logTableOf(part, { platform, name: `logs-1-${i}` })),
    );
    const keeps = ({ jobSeq, number }: TableLog) => jobSeq !== gone && number !== 2;
    const merged = await gathered(mergeLogs(tables, keeps, noPace));
    expect(shown(merged)).toEqual(shown(entries.filter(keeps)));
  },
);

function shown(entries: readonly TableLog[]) {
  return entries.map(({ lsn, jobSeq, number, bytes }) => {
    const { length } = bytes;
    return { lsn, jobSeq, number, length, last: bytes[length - 1] };
  });
}
