import { describe, expect, test } from 'vitest';
import { setU32 } from '../../../../src/engine/byteSink.js';
import { type Replay, replayLog } from '../../../../src/engine/log/replayLog.js';
import type { SegmentEntry } from '../../../../src/engine/seam.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { memoryFiles } from '../../../support/memoryFiles.js';
import { groupOf, groupsOf, readRecords, segmentOf, storeId, unsealed } from './logWorld.js';

const records = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => [`record ${from + at}`]);

/** Six groups over two segments of the generations 7 and 8. */
const first = groupsOf(records(1, 3));
const second = groupsOf(records(4, 3), { generation: 8, chain: first.chain, firstLsn: 4 });
const [a1, a2, a3] = first.pieces as [Buffer, Buffer, Buffer];
const [b1, b2] = second.pieces as [Buffer, Buffer];
const bad = (group: Buffer) => {
  const copy = Buffer.from(group);
  copy[40]! ^= 1;
  return copy;
};
const lost = (group: Buffer) => Buffer.alloc(group.length);
const foreign = groupOf(['record 2'], { chain: 12345, firstLsn: 2 }).bytes;
const ahead = groupOf(['record 9'], { chain: a1.readUInt32LE(0), firstLsn: 9 }).bytes;
/** What another use of the file may have left, had it failed: all is right but the generation. */
const otherUse = groupOf(['record 2'], {
  generation: 6,
  chain: a1.readUInt32LE(0),
  firstLsn: 2,
}).bytes;
const end = (...pieces: readonly Buffer[]) => 128 + Buffer.concat(pieces).length;
const A = unsealed('wal-1-1', 7);
const B = unsealed('wal-1-2', 8);

async function replay(
  files: Readonly<Record<string, Buffer>>,
  segments: readonly SegmentEntry[],
  how: { from?: { lsn: number; chain: number }; windowBytes?: number } = {},
): Promise<Replay & { readonly records: readonly string[] }> {
  const platform = memoryFiles();
  for (const [name, bytes] of Object.entries(files)) {
    platform.volume.writeFileSync(`/data/${name}`, bytes);
  }
  const found: string[] = [];
  const { from = { lsn: 0, chain: 0 }, windowBytes } = how;
  const result = await replayLog({
    platform,
    dir: '/data',
    storeId,
    log: { segments, spares: [], nextGeneration: 9, nextSegment: 3 },
    from,
    onGroup: readRecords(found),
    ...(windowBytes === undefined ? {} : { windowBytes }),
  });
  return { ...result, records: found };
}

const inA = (...pieces: readonly Buffer[]) => segmentOf(pieces, { generation: 7 });
const inB = (...pieces: readonly Buffer[]) => segmentOf(pieces, { generation: 8 });

describe('the tail rule', () => {
  // What lies where the groups should be, and what that is; b: in the segment after.
  test.each<[string, readonly Buffer[], readonly Buffer[], number, string]>([
    ['all whole', [a1, a2, a3], [b1, b2], 5, 'ok'],
    ['nothing in the next', [a1, a2, a3], [], 3, 'ok'],
    ['nothing at all', [], [], 0, 'ok'],
    ['the last is bad', [a1, a2, bad(a3)], [], 2, `torn ${end(a1, a2)}`],
    ['the only one is bad', [bad(a1)], [], 0, 'torn 128'],
    ['the last of the next is bad', [a1, a2, a3], [b1, bad(b2)], 4, `torn ${end(b1)}`],
    ['a bad one before a whole one', [a1, bad(a2), a3], [], 1, `corrupt ${end(a1)}`],
    ['a lost one before a whole one', [a1, lost(a2), a3], [], 1, `corrupt ${end(a1)}`],
    ['the last bad, a whole one in the next', [a1, a2, bad(a3)], [b1], 2, `corrupt ${end(a1, a2)}`],
    [
      'the last bad, a bad one in the next',
      [a1, a2, bad(a3)],
      [bad(b1)],
      2,
      `corrupt ${end(a1, a2)}`,
    ],
    ['the last lost, a whole one in the next', [a1, a2], [b1], 2, 'corrupt 128'],
    ['two in the other order', [a2, a1], [], 0, 'corrupt 128'],
    ['the same twice', [a1, a1], [], 1, `torn ${end(a1)}`],
    ['one left out', [a1, a3], [], 1, `corrupt ${end(a1)}`],
    ['one with another history', [a1, foreign, a3], [], 1, `corrupt ${end(a1)}`],
    ['one with another LSN', [a1, ahead], [], 1, `corrupt ${end(a1)}`],
    ['one of another generation', [b1], [], 0, 'torn 128'],
    ['one of another generation in its place', [a1, otherUse], [], 1, `torn ${end(a1)}`],
  ])('%s', async (_name, inFirst, inSecond, count, expected) => {
    for (const windowBytes of [1 << 20, 256]) {
      const files = { 'wal-1-1': inA(...inFirst), 'wal-1-2': inB(...inSecond) };
      const found = await replay(files, [A, B], { windowBytes });
      const [ending, at] = expected.split(' ');
      const where = at === undefined ? undefined : Number(at);
      expect(found.records).toEqual(records(1, count).flat());
      if (ending === 'corrupt') expect(found).toMatchObject({ kind: 'corrupt', at: where });
      else if (found.kind !== 'ok') throw new Error(found.why);
      else {
        expect(found.torn?.at).toBe(where);
        expect(found.position.lsn).toBe(count);
        expect(found.sealed.map(({ lastLsn }) => lastLsn)).toEqual([Math.min(count, 3), count]);
      }
    }
  });

  test('corruption says which records are lost, when that is known', async () => {
    const found = await replay({ 'wal-1-1': inA(a1, bad(a2), a3) }, [A]);
    expect(found).toMatchObject({ name: 'wal-1-1', lost: { from: 2, upTo: 2 } });
  });

  // What lies in a file that is used again is older than what comes.
  const old = groupsOf(
    records(1, 9).map(([text]) => [`old ${text}`]),
    { generation: 3 },
  );
  const stale = segmentOf(old.pieces, { generation: 3 });
  const from = { lsn: old.lsn, chain: old.chain };
  const again = groupsOf(records(10, 3), { chain: old.chain, firstLsn: 10 });

  test('what an earlier use left behind the end is neither read nor torn', async () => {
    for (const count of [0, 1, 2, 3]) {
      const files = { 'wal-1-1': segmentOf(again.pieces.slice(0, count), { stale }) };
      const found = await replay(files, [A], { from });
      expect(found).toMatchObject({ kind: 'ok', records: records(10, count).flat() });
      expect(found).not.toHaveProperty('torn');
    }
  });

  test('a torn group over what an earlier use left is torn', async () => {
    const [whole, torn] = again.pieces as [Buffer, Buffer];
    for (const length of [20, 34, 40]) {
      const files = { 'wal-1-1': segmentOf([whole, torn.subarray(0, length)], { stale }) };
      const found = await replay(files, [A], { from });
      expect(found).toMatchObject({ kind: 'ok', records: ['record 10'], torn: { at: end(whole) } });
    }
  });
});

describe('a sealed segment', () => {
  const sealed = { ...A, sealedAt: end(a1, a2, a3), lastLsn: 3 };

  test('is read up to its end, whatever lies behind', async () => {
    const files = { 'wal-1-1': inA(a1, a2, a3, bad(a3), a1) };
    expect(await replay(files, [sealed])).toMatchObject({ kind: 'ok', position: { lsn: 3 } });
  });

  test('with damage before its end is corrupt, also where nothing follows', async () => {
    const found = await replay({ 'wal-1-1': inA(a1, a2, bad(a3)) }, [sealed]);
    expect(found).toMatchObject({ kind: 'corrupt', at: end(a1, a2), lost: { from: 3, upTo: 3 } });
  });

  test('that ends before the group that was not acknowledged leaves that out', async () => {
    const early = { ...A, sealedAt: end(a1, a2), lastLsn: 2 };
    const next = groupsOf([['rewritten']], {
      generation: 8,
      chain: a2.readUInt32LE(0),
      firstLsn: 3,
    });
    const files = { 'wal-1-1': inA(a1, a2, a3), 'wal-1-2': inB(...next.pieces) };
    expect((await replay(files, [early, B])).records).toEqual([
      'record 1',
      'record 2',
      'rewritten',
    ]);
  });

  test('that is covered by the checkpoint is not even opened', async () => {
    const from = { lsn: 3, chain: first.chain };
    const found = await replay({ 'wal-1-2': inB(b1) }, [sealed, B], { from });
    expect(found).toMatchObject({ kind: 'ok', records: ['record 4'], position: { lsn: 4 } });
  });
});

describe('a checkpoint', () => {
  test('in the middle of a segment is passed over', async () => {
    const from = { lsn: 2, chain: a2.readUInt32LE(0) };
    const files = { 'wal-1-1': inA(a1, a2, a3), 'wal-1-2': inB(b1) };
    expect((await replay(files, [A, B], { from })).records).toEqual(['record 3', 'record 4']);
  });

  test('of another history is refused', async () => {
    const files = { 'wal-1-1': inA(a1, a2, a3) };
    const found = await replay(files, [A], { from: { lsn: 2, chain: 5 } });
    expect(found).toMatchObject({ kind: 'corrupt', records: [] });
  });

  test('that the log does not reach is refused', async () => {
    const files = { 'wal-1-1': inA(a1, a2) };
    const from = { lsn: 3, chain: first.chain };
    expect(await replay(files, [A], { from })).toMatchObject({ kind: 'corrupt' });
  });
});

describe('a file', () => {
  test.each<[string, Buffer | undefined, RegExp]>([
    ['that is missing', undefined, /missing/],
    ['that is empty', Buffer.alloc(0), /too short/],
    ['that is something else', Buffer.from('x'.repeat(2000)), /does not begin/],
    ['that was truncated', inA(a1).subarray(0, 1000), /1000 bytes of 1024/],
    ['of another generation', inB(a1), /generation 8; the manifest says 1, 7/],
    ['of another epoch', segmentOf([a1], { epoch: 2 }), /epoch 2/],
  ])('%s is corruption', async (_name, bytes, why) => {
    const files = bytes === undefined ? {} : { 'wal-1-1': bytes };
    const found = await replay(files as Record<string, Buffer>, [A]);
    expect(found).toMatchObject({ kind: 'corrupt', at: 0, why: expect.stringMatching(why) });
  });

  test('of another store is corruption', async () => {
    const platform = memoryFiles();
    platform.volume.writeFileSync('/data/wal-1-1', inA(a1));
    const log = { segments: [A], spares: [], nextGeneration: 9, nextSegment: 3 };
    const from = { lsn: 0, chain: 0 };
    const task = { platform, dir: '/data', storeId: 'another', log, from, onGroup: () => {} };
    expect(await replayLog(task)).toMatchObject({ why: expect.stringMatching(/belongs to/) });
  });

  test('of a later format is told from damage', async () => {
    const bytes = inA(a1);
    bytes[12] = 2;
    setU32(bytes, 8, nodeCrc32(bytes, 12, 128));
    await expect(replay({ 'wal-1-1': bytes }, [A])).rejects.toMatchObject({ code: 'STORE_FORMAT' });
  });

  test('with any flipped bit in its header is corruption', async () => {
    for (let bit = 0; bit < 128 * 8; bit += 3) {
      const bytes = inA(a1);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(await replay({ 'wal-1-1': bytes }, [A]), `bit ${bit}`).toMatchObject({
        kind: 'corrupt',
      });
    }
  });

  test('that lies about the length of a group costs no memory', async () => {
    const bytes = inA(a1, a2);
    bytes.writeUInt32LE(0xffff_fff0, 128 + 4);
    const found = await replay({ 'wal-1-1': bytes }, [A], { windowBytes: 256 });
    expect(found).toMatchObject({ kind: 'corrupt', at: 128 });
  });

  test('that can not be read is told from damage', async () => {
    const platform = memoryFiles();
    const failure = Object.assign(new Error('EIO: bad disk'), { code: 'EIO', syscall: 'open' });
    const files = { ...platform.files, open: () => Promise.reject(failure) };
    const log = { segments: [A], spares: [], nextGeneration: 9, nextSegment: 3 };
    const from = { lsn: 0, chain: 0 };
    const task = {
      platform: { ...platform, files },
      dir: '/data',
      storeId,
      log,
      from,
      onGroup: () => {},
    };
    await expect(replayLog(task)).rejects.toMatchObject({ code: 'LOG_READ' });
  });
});

test('groups larger than the window are read whole', async () => {
  const texts = [['a'], ['b'.repeat(3000)], ['c', 'd'.repeat(500)], ['e']];
  const { pieces } = groupsOf(texts);
  const files = { 'wal-1-1': segmentOf(pieces, { capacity: 8192 }) };
  for (const windowBytes of [200, 1024, 65_536]) {
    expect((await replay(files, [A], { windowBytes })).records).toEqual(texts.flat());
  }
});
