import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Replay, replayLog } from '../../../../src/engine/log/replayLog.js';
import { scanSegment } from '../../../../src/engine/log/scanSegment.js';
import { segmentHeaderBytes } from '../../../../src/engine/log/segmentHeader.js';
import type { SegmentEntry } from '../../../../src/engine/seam.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { memoryFiles } from '../../../support/memoryFiles.js';
import { groupsOf, readRecords, segmentOf, storeId, unsealed } from './logWorld.js';

async function replay(
  files: Readonly<Record<string, Buffer>>,
  segments: readonly SegmentEntry[],
  windowBytes: number,
): Promise<{ readonly result: Replay; readonly records: readonly string[] }> {
  const platform = memoryFiles();
  for (const [name, bytes] of Object.entries(files)) {
    platform.volume.writeFileSync(`/data/${name}`, bytes);
  }
  const records: string[] = [];
  const log = { segments, spares: [], nextGeneration: 99, nextSegment: 99 };
  const from = { lsn: 0, chain: 0 };
  const onGroup = readRecords(records);
  const task = { platform, dir: '/data', storeId, log, from, onGroup, windowBytes };
  return { result: await replayLog(task), records };
}

const groups = fc.array(
  fc.array(fc.string({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 4 }),
  { minLength: 1, maxLength: 6 },
);
const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
const windows = fc.constantFrom(160, 168, 256, 4096);

test('read in pieces of any length, a segment says the same as read at once', async () => {
  await fc.assert(
    fc.asyncProperty(groups, damage, windows, async (texts, changes, windowBytes) => {
      const bytes = segmentOf(groupsOf(texts).pieces, { capacity: 2048 });
      for (const [at, value] of changes) {
        bytes[segmentHeaderBytes + (at % (2048 - segmentHeaderBytes))] = value;
      }
      const atOnce: string[] = [];
      const how = { crc32: nodeCrc32, onGroup: readRecords(atOnce), wiped: true };
      const expected = { generation: 7, lsn: 0, chain: 0 };
      const end = scanSegment(bytes, segmentHeaderBytes, expected, how);
      const { result, records } = await replay(
        { 'wal-1-1': bytes },
        [unsealed('wal-1-1')],
        windowBytes,
      );
      expect(records).toEqual(atOnce);
      if (end.kind === 'corrupt') {
        expect(result).toMatchObject({ kind: 'corrupt', at: end.at, why: end.why });
      } else if (end.kind === 'tornTail') {
        expect(result).toMatchObject({ kind: 'ok', torn: { at: end.at, bytes: end.bytes } });
      } else {
        expect(result).toMatchObject({ kind: 'ok', sealed: [{ sealedAt: end.at }] });
        expect(result).not.toHaveProperty('torn');
      }
    }),
  );
});

test('of a damaged log nothing is read but a prefix, and less only when that is said', async () => {
  const logs = fc.array(groups, { minLength: 1, maxLength: 4 });
  const change = fc.tuple(fc.nat(), fc.nat(), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(
      logs,
      fc.array(change, { maxLength: 3 }),
      windows,
      async (log, changes, windowBytes) => {
        let [chain, firstLsn] = [0, 1];
        const files: Record<string, Buffer> = {};
        const entries = log.map((texts, index) => {
          const generation = index + 1;
          const made = groupsOf(texts, { generation, chain, firstLsn });
          chain = made.chain;
          firstLsn = made.lsn + 1;
          const name = `wal-1-${generation}`;
          files[name] = segmentOf(made.pieces, { generation, capacity: 2048 });
          return unsealed(name, generation);
        });
        const all = log.flat(2);
        const before = await replay(files, entries, windowBytes);
        expect(before.records).toEqual(all);
        expect(before.result).toMatchObject({ kind: 'ok', position: { lsn: all.length, chain } });

        for (const [file, at, value] of changes) {
          const bytes = Object.values(files)[file % log.length];
          if (bytes !== undefined) bytes[at % bytes.length] = value;
        }
        const { result, records } = await replay(files, entries, windowBytes);
        expect(all.slice(0, records.length)).toEqual(records);
        if (records.length < all.length) {
          expect(result.kind === 'corrupt' || result.torn !== undefined).toBe(true);
        }
      },
    ),
  );
});
