import type { OpenFile } from '../../ports/files.js';
import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import { groupBytes, groupHeaderBytes, readGroupHeader } from './groupCodec.js';
import {
  claimed,
  type Expected,
  lastByte,
  laterGroup,
  nextCandidate,
  type OnGroup,
  type SegmentEnd,
  searchBudget,
  showsGroup,
  tooManyFragments,
  walkGroups,
} from './scanSegment.js';

/** What scanning a file takes; the window bounds how much of it is in memory, one large whole group apart. */
export interface FileScan {
  readonly file: OpenFile;
  /** Overwritten; its length is a multiple of 8, and at least 160: a segment's header with one of a group. */
  readonly window: Buffer;
  readonly crc32: Crc32;
  readonly onGroup: OnGroup;
}

/**
 * Walks the whole groups of a file from `first` on, as `walkGroups` does, reading it in pieces.
 *
 * @returns where the first that is not whole, or doesn't follow, begins
 */
export async function walkFile(
  scan: FileScan,
  [first, limit]: readonly [Bytes, Bytes],
  expected: Expected,
): Promise<Bytes> {
  const { window } = scan;
  let at = first;
  for (;;) {
    const length = await readPiece(scan.file, window, at, Math.min(window.length, limit - at));
    const stop = walkGroups(window, [0, length], expected, scan);
    at += stop.at;
    if (stop.wants === 0 || at + stop.wants > limit) return at;
    if (stop.wants > window.length) {
      // Its length may be a lie: it gets memory of its own only once its checksum is right.
      if (!(await isWhole(scan, at, stop.wants))) return at;
      const group = Buffer.allocUnsafeSlow(stop.wants);
      await readPiece(scan.file, group, at, stop.wants);
      const taken = walkGroups(group, [0, stop.wants], expected, scan);
      if (taken.at === 0) return at;
      at += taken.at;
    } else if (stop.at === 0 && length < stop.wants) {
      return at;
    }
  }
}

/** Scans the groups of a file that nobody sealed, as `scanSegment` does, reading it in pieces. */
export async function scanFile(
  scan: FileScan,
  [first, limit]: readonly [Bytes, Bytes],
  expected: Expected,
  wiped: boolean,
): Promise<SegmentEnd> {
  const at = await walkFile(scan, [first, limit], expected);
  const { window } = scan;
  let written = at;
  let shown = at;
  let budget = searchBudget(limit);
  /** For groups that reach beyond the window while that is still needed. */
  let spare: Buffer | undefined;
  for (let from = at; from < limit; ) {
    const length = await readPiece(scan.file, window, from, Math.min(window.length, limit - from));
    if (length === 0) break;
    if (from === at && length >= groupHeaderBytes && showsGroup(window, 0, expected)) {
      shown = at + claimed(window, 0, limit - at);
    }
    if (wiped) {
      const end = lastByte(window, 0, length);
      if (end > 0) written = from + end;
    }
    let seen = nextCandidate(window, [0, length], expected, limit - from);
    while (seen >= 0) {
      const header = readGroupHeader(window, seen);
      const total = groupBytes(header.payload);
      budget -= total;
      if (budget < 0) return { kind: 'corrupt', at, why: tooManyFragments, laterLsn: undefined };
      let isLater: boolean;
      if (seen + total <= length) {
        isLater = scan.crc32(window, seen + 4, seen + total) === header.crc;
      } else {
        spare ??= Buffer.alloc(65_536);
        isLater = await isWhole({ ...scan, window: spare }, from + seen, total);
      }
      if (isLater) {
        const why = laterGroup(from + seen);
        return { kind: 'corrupt', at, why, laterLsn: header.firstLsn };
      }
      seen = nextCandidate(window, [seen + 8, length], expected, limit - from);
    }
    if (from + length >= limit) break;
    // Every place whose header lay wholly in the window has been looked at.
    from += length - groupHeaderBytes + 8;
  }
  const end = Math.max(written, shown);
  return end > at ? { kind: 'tornTail', at, bytes: end - at } : { kind: 'end', at };
}

/** Whether the checksum of the group at `at` is right; reads it in pieces. */
async function isWhole(
  { file, window, crc32 }: Pick<FileScan, 'file' | 'window' | 'crc32'>,
  at: Bytes,
  total: Bytes,
): Promise<boolean> {
  let crc = 0;
  let wanted = 0;
  for (let done = 0; done < total; ) {
    const length = await readPiece(file, window, at + done, Math.min(window.length, total - done));
    if (length === 0) return false;
    if (done === 0) {
      wanted = readGroupHeader(window, 0).crc;
      crc = crc32(window, 4, length);
    } else {
      crc = crc32(window, 0, length, crc);
    }
    done += length;
  }
  return crc === wanted;
}

/** Reads until `length` bytes are there or the file ends. */
export async function readPiece(
  file: OpenFile,
  into: Uint8Array,
  at: Bytes,
  length: Bytes,
): Promise<Bytes> {
  let done = 0;
  while (done < length) {
    const count = await file.read(into, done, length - done, at + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
