import { type Mutant, tests as t } from './mutant.js';

const scan = 'src/engine/log/scanSegment.ts';
const scanFile = 'src/engine/log/scanFile.ts';
const replay = 'src/engine/log/replayLog.ts';

/** How the log is read, broken. */
export const replayMutants: readonly Mutant[] = [
  {
    name: 'the checksum of a group is not looked at',
    file: scan,
    find: '    if (how.crc32(bytes, at + 4, at + total) !== header.crc) return { at, wants: 0 };\n',
    replace: '',
    killedBy: [t.groupCodec],
  },
  {
    name: 'the generation of a group is not looked at',
    file: 'src/engine/log/groupCodec.ts',
    find: '    readU32(bytes, at + 8) === generation &&\n',
    replace: '',
    also: [{ file: scan, find: 'header.generation === expected.generation &&', replace: '' }],
    killedBy: [t.replayLog, t.groupCodec],
  },
  {
    name: 'the chain of the groups is not looked at',
    file: scan,
    find: '(header.chain === expected.chain && header.firstLsn',
    replace: '(header.firstLsn',
    killedBy: [t.replayLog],
  },
  {
    name: 'the LSNs of the groups may have gaps',
    file: scan,
    find: 'header.chain === expected.chain && header.firstLsn === expected.lsn + 1)',
    replace: 'header.chain === expected.chain)',
    killedBy: [t.replayLog, t.groupCodec],
  },
  {
    name: 'the checksum of a segment’s header is not looked at',
    file: 'src/engine/log/segmentHeader.ts',
    find: 'if (readU32(bytes, 8) !== crc32(bytes, 12, segmentHeaderBytes)) {',
    replace: 'if (bytes.length === 0) {',
    killedBy: [t.replayLog],
  },
  {
    name: 'a segment of another store is read',
    file: replay,
    find: 'if (header.storeId !== task.storeId) {',
    replace: 'if (header.storeId.length > 64) {',
    killedBy: [t.replayLog],
  },
  {
    name: 'a segment of another use of its file is read',
    file: replay,
    find: 'if (header.generation !== entry.generation || header.epoch !== entry.epoch) {',
    replace: 'if (header.epoch !== entry.epoch) {',
    killedBy: [t.replayLog],
  },
  {
    name: 'a segment that was cut short is read',
    file: replay,
    find: '  if (size < header.capacity) return',
    replace: '  if (size < 0) return',
    killedBy: [t.replayLog, t.replayProp],
  },
  {
    name: 'every damaged tail is cut off, whatever follows in the segment',
    file: scanFile,
    find: '      if (isLater) {',
    replace: '      if (isLater && at < 0) {',
    killedBy: [t.replayLog],
  },
  {
    name: 'every damaged tail is cut off, whatever follows in the next segment',
    file: replay,
    find: 'if (torn !== undefined && (one.position.lsn',
    replace: 'if (torn !== undefined && position.lsn < 0 && (one.position.lsn',
    killedBy: [t.replayLog],
  },
  {
    name: 'a torn tail is taken for a clean end',
    file: scanFile,
    find: "return end > at ? { kind: 'tornTail', at, bytes: end - at } : { kind: 'end', at };",
    replace: "return { kind: 'end', at };",
    killedBy: [t.replayLog],
  },
  {
    name: 'the end at which a segment was sealed is ignored',
    file: replay,
    find: '  if (entry.sealedAt !== undefined) {',
    replace: '  if (entry.sealedAt === -1) {',
    killedBy: [t.replayLog],
  },
  {
    name: 'damage before a sealed end is cut off',
    file: replay,
    find: '    if (stopped !== entry.sealedAt) {',
    replace: '    if (stopped > entry.sealedAt) {',
    also: [
      {
        file: replay,
        find: '    if (known() !== (entry.lastLsn ?? known())) {',
        replace: '    if (known() < 0) {',
      },
    ],
    killedBy: [t.replayLog],
  },
  {
    name: 'a log that does not reach the checkpoint is read on',
    file: replay,
    find: '  if (!joins.joined()) {',
    replace: '  if (known() < 0) {',
    killedBy: [t.replayLog],
  },
  {
    name: 'a log of another history than the checkpoint’s is read on',
    file: replay,
    find: 'joined = expected.chain === from.chain;',
    replace: 'joined = true;',
    killedBy: [t.replayLog],
  },
  {
    name: 'a segment that is missing counts as empty',
    file: replay,
    find: "return corrupt(0, 'it is missing');",
    replace:
      "return { kind: 'done', position, end: { kind: 'end', at: entry.sealedAt ?? segmentHeaderBytes } };",
    killedBy: [t.replayLog],
  },
  {
    name: 'records that the checkpoint covers are replayed again',
    file: replay,
    find: '      if (last > from.lsn) {\n        if (joined) onGroup',
    replace:
      '      if (last <= from.lsn) onGroup(records, start, to, firstLsn, count);\n      if (last > from.lsn) {\n        if (joined) onGroup',
    killedBy: [t.replayLog],
  },
];
