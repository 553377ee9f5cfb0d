import { describe, expect, test } from 'vitest';
import type { HuntHead } from '../../../harness/stats/huntReport.js';
import { mergeHeads } from '../../../harness/stats/mergeHeads.js';
import { reportOf } from './builders.js';

/** A hunt of 20 runs, all done, told apart by its number. */
const head = (number: number, over: Partial<HuntHead> = {}): HuntHead => ({
  ...reportOf([]).hunt,
  id: `hunt-${number}`,
  startedAt: `2026-01-0${number}T00:00:00.000Z`,
  runs: { asked: 20, done: 20, crashed: 1 },
  ...over,
});

const shard = (index: number, count: number, over: Partial<HuntHead> = {}): HuntHead =>
  head(index, { shard: { index, count }, files: 5, ...over });

describe('hunts of the same files', () => {
  test('are more runs of the same', () => {
    expect(mergeHeads([head(1), head(2)])).toMatchObject({
      id: 'hunt-1',
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 2468,
      runs: { asked: 40, done: 40, crashed: 2 },
      files: 1,
      notices: [],
    });
  });

  test('asked for no number of runs when one of them was not', () => {
    const open = head(2, { runs: { asked: null, done: 3, crashed: 0 } });
    expect(mergeHeads([head(1), open]).runs).toEqual({ asked: null, done: 23, crashed: 1 });
  });

  test('are interrupted when one was, and prove the strictest rate', () => {
    const cut = head(2, { interrupted: true, stopped: 'interrupted', prove: 0.01 });
    expect(mergeHeads([head(1, { prove: 0.1 }), cut])).toMatchObject({
      interrupted: true,
      stopped: 'interrupted',
      prove: 0.01,
    });
  });

  test('had all conditions that any had', () => {
    const merged = mergeHeads([
      head(1, { conditions: ['stressed'] }),
      head(2, { conditions: ['baseline'] }),
    ]);
    expect(merged.conditions).toEqual(['baseline', 'stressed']);
  });

  test('made elsewhere say so', () => {
    const merged = mergeHeads([head(1), head(2, { node: '22.1.0', vitest: '4.0.1' })]);
    expect(merged.notices.map(({ message }) => message)).toEqual([
      'hunts with different vitest were merged: 4.1.12, 4.0.1; the head shows 4.1.12',
      'hunts with different node were merged: 20.20.0, 22.1.0; the head shows 20.20.0',
    ]);
  });
});

describe('shards', () => {
  test('are parts of the same runs, and complete they are no shard any more', () => {
    expect(mergeHeads([shard(1, 2), shard(2, 2)])).toMatchObject({
      runs: { asked: 20, done: 20, crashed: 2 },
      files: 10,
      shard: null,
      notices: [],
    });
  });

  test('have done a run of the suite when each has', () => {
    const slow = shard(2, 2, { runs: { asked: 20, done: 4, crashed: 0 } });
    expect(mergeHeads([shard(1, 2), slow]).runs.done).toBe(4);
  });

  test('that are missing are named', () => {
    expect(mergeHeads([shard(1, 3), shard(3, 3)]).notices).toEqual([
      { code: 'SHARD_MISSING', message: 'not all shards were merged: 2/3 missing' },
    ]);
  });

  test('hunted twice are more runs of that shard', () => {
    const again = { startedAt: '2026-02-01T00:00:00.000Z' };
    const merged = mergeHeads([shard(1, 2), shard(1, 2, again)]);
    expect(merged).toMatchObject({ runs: { done: 40 }, shard: { index: 1, count: 2 }, files: 5 });
  });
});

describe('what can not be merged is a named error with a way out', () => {
  test.each([
    ['no report', [], 'no report to merge'],
    ['one report twice', [head(1), head(1)], 'given twice'],
    ['unlike confidence', [head(1), head(2, { confidence: 0.99 })], '0.95 and 0.99'],
    ['another major version', [head(1), head(2, { vitest: '3.2.4' })], '4.1.12 and 3.2.4'],
    ['unlike shards', [shard(1, 2), shard(2, 3)], '1/2 and 2/3'],
    ['a shard and a whole', [shard(1, 2), head(2)], '1/2 and all'],
  ])('%s', (_, heads, message) => {
    expect(() => mergeHeads(heads)).toThrow(
      expect.objectContaining({
        code: 'REPORT_MISMATCH',
        message: expect.stringContaining(message),
        hint: expect.stringMatching(/./),
      }),
    );
  });
});
