import type { Crc32 } from '../../ports/platform.js';
import type { Bytes, Lsn } from '../../units.js';
import { readU32, readU48 } from '../byteSink.js';
import {
  type GroupHeader,
  groupBytes,
  groupHeaderBytes,
  mayBeGroup,
  readGroupHeader,
} from './groupCodec.js';

/** Gets the records of one whole group: `bytes[from..to)`, only until it returns. */
export type OnGroup = (
  records: Buffer,
  from: number,
  to: number,
  firstLsn: Lsn,
  count: number,
) => void;

/** What the next group must go on from. */
export interface Expected {
  readonly generation: number;
  /** LSN of the last record so far; undefined before the first group of a log that begins in the middle. */
  lsn: Lsn | undefined;
  chain: number;
}

/** Whether a header goes on from what was read so far; its CRC is not looked at. */
export function follows(header: GroupHeader, expected: Expected): boolean {
  return (
    header.generation === expected.generation &&
    header.firstLsn >= 1 &&
    (expected.lsn === undefined ||
      (header.chain === expected.chain && header.firstLsn === expected.lsn + 1))
  );
}

/** Where a walk over groups stopped. */
export interface Stop {
  readonly at: Bytes;
  /** Length of the group that begins there, if it needs bytes beyond those at hand; else 0. */
  readonly wants: Bytes;
}

/**
 * Walks the whole groups in `bytes[from..to)`, each of which must follow the one before, and moves
 * `expected` on.
 */
export function walkGroups(
  bytes: Buffer,
  [from, to]: readonly [number, number],
  expected: Expected,
  how: { readonly crc32: Crc32; readonly onGroup: OnGroup },
): Stop {
  let at = from;
  for (;;) {
    if (at + groupHeaderBytes > to) return { at, wants: groupHeaderBytes };
    if (!mayBeGroup(bytes, at, expected.generation)) return { at, wants: 0 };
    const header = readGroupHeader(bytes, at);
    if (!follows(header, expected)) return { at, wants: 0 };
    const total = groupBytes(header.payload);
    if (at + total > to) return { at, wants: total };
    if (how.crc32(bytes, at + 4, at + total) !== header.crc) return { at, wants: 0 };
    accept(expected, header);
    const records = at + groupHeaderBytes;
    how.onGroup(bytes, records, records + header.payload, header.firstLsn, header.count);
    at += total;
  }
}

/** Moves `expected` on over a group that was found whole. */
export function accept(expected: Expected, header: GroupHeader): void {
  expected.lsn = header.firstLsn + header.count - 1;
  expected.chain = header.crc;
}

/**
 * Whether the bytes where a group should begin show that one was there: they carry its generation,
 * its place in the chain or its LSN. Flipping a bit of a header, or losing a part of it, leaves one
 * of these; zeros, and what an earlier use of the file left, have none.
 */
export function showsGroup(bytes: Uint8Array, at: number, expected: Expected): boolean {
  return (
    readU32(bytes, at + 8) === expected.generation ||
    (expected.chain !== 0 && readU32(bytes, at + 12) === expected.chain) ||
    (expected.lsn !== undefined && readU48(bytes, at + 16) === expected.lsn + 1)
  );
}

/**
 * Finds the next place at or after `from`, in steps of 8, where a group may begin that is later
 * than what was read so far. Its checksum still has to be looked at.
 *
 * @param limit - where the segment ends, counted as `from` is
 * @returns -1 when there is none whose header is wholly in `bytes[from..to)`
 */
export function nextCandidate(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  expected: Expected,
  limit: number,
): number {
  const known = expected.lsn ?? 0;
  for (let at = from; at + groupHeaderBytes <= to; at += 8) {
    // The generation first: it alone rules out nearly every place.
    if (bytes[at + 8] !== (expected.generation & 0xff)) continue;
    if (!mayBeGroup(bytes, at, expected.generation)) continue;
    if (readU48(bytes, at + 16) <= known) continue;
    if (at + groupBytes(readU32(bytes, at + 4)) <= limit) return at;
  }
  return -1;
}

/** How the groups of one segment end. */
export type SegmentEnd =
  /** Nothing was begun behind the last whole group. */
  | { readonly kind: 'end'; readonly at: Bytes }
  /** A group was begun and never finished: `bytes` of it may be there. */
  | { readonly kind: 'tornTail'; readonly at: Bytes; readonly bytes: Bytes }
  /** `laterLsn`: the first record behind the damage that is whole, if there is one. */
  | {
      readonly kind: 'corrupt';
      readonly at: Bytes;
      readonly why: string;
      readonly laterLsn: Lsn | undefined;
    };

/** Why a search for later groups gave up. */
export const tooManyFragments =
  'too many pieces of groups lie behind it to tell whether a whole one does';

/**
 * How many bytes a search for later groups may check before it gives up: a bound on the work that
 * a file made to be hard can cause.
 */
export function searchBudget(limit: Bytes): Bytes {
  return 4 * limit + 65_536;
}

/**
 * Scans the groups of a segment which is at hand as a whole. The tail rule: behind a group that is
 * not whole, a later whole one of the same generation means corruption, since a group is written
 * only after the one before is durable; none means a torn tail.
 *
 * @param wiped - whether the segment held zeros when its use began
 */
export function scanSegment(
  bytes: Buffer,
  first: Bytes,
  expected: Expected,
  how: { readonly crc32: Crc32; readonly onGroup: OnGroup; readonly wiped: boolean },
): SegmentEnd {
  const { at } = walkGroups(bytes, [first, bytes.length], expected, how);
  let budget = searchBudget(bytes.length);
  let seen = at;
  for (;;) {
    seen = nextCandidate(bytes, [seen, bytes.length], expected, bytes.length);
    if (seen < 0) break;
    const header = readGroupHeader(bytes, seen);
    const total = groupBytes(header.payload);
    budget -= total;
    if (budget < 0) return { kind: 'corrupt', at, why: tooManyFragments, laterLsn: undefined };
    if (how.crc32(bytes, seen + 4, seen + total) === header.crc) {
      return { kind: 'corrupt', at, why: laterGroup(seen), laterLsn: header.firstLsn };
    }
    seen += 8;
  }
  const written = how.wiped ? lastByte(bytes, at, bytes.length) : at;
  const shown = showsGroup(bytes, at, expected) ? claimed(bytes, at, bytes.length) : at;
  const end = Math.max(written, shown);
  return end > at ? { kind: 'tornTail', at, bytes: end - at } : { kind: 'end', at };
}

/** Says where a whole group lies that should not. */
export function laterGroup(at: Bytes): string {
  return `it is not whole, and a whole later group lies at byte ${at}`;
}

/** Where the group that the header at `at` tells of would end, within `limit`. */
export function claimed(bytes: Uint8Array, at: number, limit: number): number {
  return Math.min(limit, at + groupBytes(readU32(bytes, at + 4)));
}

const zeros = Buffer.alloc(4096);

/** One more than the place of the last byte in `bytes[from..to)` that is not zero; `from` when all are. */
export function lastByte(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from) {
    const start = Math.max(from, end - zeros.length);
    if (bytes.compare(zeros, 0, end - start, start, end) !== 0) break;
    end = start;
  }
  while (end > from && bytes[end - 1] === 0) end--;
  return end;
}
