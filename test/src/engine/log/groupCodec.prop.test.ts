import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGroupHeader } from '../../../../src/engine/log/groupCodec.js';
import { type Expected, scanSegment } from '../../../../src/engine/log/scanSegment.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { groupOf, groupsOf, readRecords } from './logWorld.js';

const texts = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), {
  minLength: 1,
  maxLength: 5,
});

function scan(bytes: Buffer, from: Partial<Expected> = {}) {
  const records: string[] = [];
  const expected: Expected = { generation: 7, lsn: 0, chain: 0, ...from };
  const how = { crc32: nodeCrc32, onGroup: readRecords(records), wiped: true };
  return { end: scanSegment(bytes, 0, expected, how), records, expected };
}

test('groups are read back as they were written', () => {
  fc.assert(
    fc.property(fc.array(texts), (groups) => {
      const { pieces, chain, lsn } = groupsOf(groups);
      const { end, records, expected } = scan(Buffer.concat([...pieces, Buffer.alloc(64)]));
      expect(records).toEqual(groups.flat());
      expect(end).toEqual({ kind: 'end', at: Buffer.concat(pieces).length });
      expect(expected).toEqual({ generation: 7, lsn, chain });
    }),
  );
});

test('numbers of every size fit into a header', () => {
  const u32 = fc.integer({ min: 1, max: 0xffff_ffff });
  fc.assert(
    fc.property(
      u32,
      u32,
      fc.integer({ min: 1, max: 2 ** 48 - 2 }),
      (generation, chain, firstLsn) => {
        const { bytes, crc } = groupOf(['a'], { generation, chain, firstLsn });
        expect(readGroupHeader(bytes, 0)).toEqual({
          crc,
          payload: 5,
          generation,
          chain,
          firstLsn,
          count: 1,
        });
        const { records } = scan(bytes, { generation, chain, lsn: firstLsn - 1 });
        expect(records).toEqual(['a']);
      },
    ),
  );
});

test('every single flipped bit of a group is noticed, and nothing of it is read', () => {
  const { pieces } = groupsOf([['before'], ['one', 'two', 'three']]);
  const [before = Buffer.alloc(0), group = Buffer.alloc(0)] = pieces;
  for (let bit = 0; bit < group.length * 8; bit++) {
    const flipped = Buffer.from(group);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const { end, records } = scan(Buffer.concat([before, flipped, Buffer.alloc(200)]));
    expect(records, `bit ${bit}`).toEqual(['before']);
    expect(end, `bit ${bit}`).toMatchObject({ kind: 'tornTail', at: before.length });
  }
});

test('a flipped bit of a group with another behind it is corruption, which names the later record', () => {
  const { pieces } = groupsOf([['before'], ['one', 'two'], ['later']]);
  const [before = Buffer.alloc(0), group = Buffer.alloc(0), later = Buffer.alloc(0)] = pieces;
  for (let bit = 0; bit < group.length * 8; bit++) {
    const flipped = Buffer.from(group);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const { end, records } = scan(Buffer.concat([before, flipped, later]));
    expect(records, `bit ${bit}`).toEqual(['before']);
    expect(end, `bit ${bit}`).toMatchObject({ kind: 'corrupt', at: before.length, laterLsn: 4 });
  }
});

test('every truncation of a group is a torn tail or nothing', () => {
  const { pieces } = groupsOf([['before'], ['one', 'two', 'three']]);
  const [before = Buffer.alloc(0), group = Buffer.alloc(0)] = pieces;
  for (let length = 0; length < group.length; length++) {
    for (const rest of [0, 300]) {
      const bytes = Buffer.concat([before, group.subarray(0, length), Buffer.alloc(rest)]);
      const { end, records } = scan(bytes);
      // The padding is zeros: without it the group is still whole where zeros follow.
      const isWhole = rest > 0 && group.subarray(length).every((byte) => byte === 0);
      expect(records).toEqual(isWhole ? ['before', 'one', 'two', 'three'] : ['before']);
      if (isWhole) continue;
      expect(end.kind, `${length} bytes`).toBe(length === 0 ? 'end' : 'tornTail');
      expect(end.at).toBe(before.length);
    }
  }
});

test('whatever bytes there are, a scan ends and reads no record twice', () => {
  fc.assert(
    fc.property(
      fc.array(texts, { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
      (groups, changes) => {
        const bytes = Buffer.concat([...groupsOf(groups).pieces, Buffer.alloc(100)]);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const { end, records } = scan(bytes);
        expect(groups.flat().slice(0, records.length)).toEqual(records);
        expect(end.at).toBeLessThanOrEqual(bytes.length);
      },
    ),
  );
});
