import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import { readU16, readU32, readU48, setU32, setU48 } from '../byteSink.js';
import type { Pace } from '../seam.js';
import { checksumInSlices, checksumSlice } from './checksum.js';
import type { TableOutput } from './tableOutput.js';

// On disk, never change: crc u32, length u32, key u48, head length u16, head, record. The checksum
// covers everything after itself, the length what follows the first 8 bytes.

/** Where in an entry its length stands; the checksum before it covers everything from here. */
const lengthAt = 4;
const keyAt = 8;
const headLengthAt = 14;

/** Where in an entry its head begins. */
export const headAt = 16;

/** The shortest entry there can be. */
export const leastEntry: Bytes = headAt;

/** What a head may take, and what an entry may take to be gathered with others. */
const mostHead = 4096;
const gathered = 64 * 1024;

/** The length of the whole entry that begins at `at`, by its own word. */
export function entryLength(bytes: Uint8Array, at: number): Bytes {
  return readU32(bytes, at + lengthAt) + keyAt;
}

/** The key of the entry at `at`. */
export function entryKey(bytes: Uint8Array, at: number): number {
  return readU48(bytes, at + keyAt);
}

/** Where the record of the entry at `at` begins; its head ends there. */
export function recordAt(bytes: Uint8Array, at: number): number {
  return at + headAt + readU16(bytes, at + headLengthAt);
}

/**
 * Says why the bytes from `at` on, which end at `end`, don't begin with a whole entry; `undefined`
 * when they do.
 *
 * @param crc - the checksum of the entry, where it was reckoned before
 */
export function entryFault(
  bytes: Uint8Array,
  {
    at,
    end,
    crc,
  }: { readonly at: number; readonly end: number; readonly crc?: number | undefined },
  crc32: Crc32,
): string | undefined {
  if (end - at < leastEntry) return 'an entry is cut short';
  const length = entryLength(bytes, at);
  if (length < leastEntry || length > end - at) return `an entry of ${length} bytes can't be here`;
  if ((crc ?? crc32(bytes, at + lengthAt, at + length)) !== readU32(bytes, at)) {
    return `the entry's checksum is wrong`;
  }
  if (recordAt(bytes, at) > at + length) return `the entry's head is longer than the entry`;
  return undefined;
}

/**
 * The checksums of the long entries among those in `bytes`, by where they begin. Where the bytes are
 * damaged some may be missing.
 */
export async function longChecksums(
  bytes: Uint8Array,
  crc32: Crc32,
  pace: Pace,
): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  for (let at = 0; bytes.length - at >= leastEntry; ) {
    const length = entryLength(bytes, at);
    if (length < leastEntry || length > bytes.length - at) break;
    if (length > checksumSlice) {
      const range = { from: at + lengthAt, to: at + length };
      found.set(at, await checksumInSlices(crc32, bytes, range, pace));
    }
    at += length;
  }
  return found;
}

/**
 * Writes entries. A head is put by `head`, which encodes at most 4096 bytes from the given place on
 * and says where they end.
 */
export class EntryWriter {
  /** The longest entry so far. */
  longest: Bytes = 0;
  readonly #out: TableOutput;
  readonly #crc32: Crc32;

  constructor(out: TableOutput, crc32: Crc32) {
    this.#out = out;
    this.#crc32 = crc32;
  }

  /** Resolves when there is room for an entry with a record of so many bytes. */
  room(recordBytes: Bytes): Promise<void> | undefined {
    return this.#out.room(headAt + mostHead + Math.min(recordBytes, gathered));
  }

  /** Encodes an entry after `room` was asked for; what it returns must be awaited. */
  add<T>(
    key: number,
    head: (of: T, into: Buffer, at: number) => number,
    of: T & { readonly bytes: Uint8Array },
  ): Promise<void> | undefined {
    const { buffer, used: at } = this.#out;
    const { bytes: record } = of;
    const headEnd = head(of, buffer, at + headAt);
    const length = headEnd - at + record.length;
    setU32(buffer, at + lengthAt, length - keyAt);
    setU48(buffer, at + keyAt, key);
    const headLength = headEnd - at - headAt;
    buffer[at + headLengthAt] = headLength;
    buffer[at + headLengthAt + 1] = headLength >>> 8;
    if (length > this.longest) this.longest = length;
    if (record.length > gathered) return this.#addLarge(headEnd, record);
    buffer.set(record, headEnd);
    setU32(buffer, at, this.#crc32(buffer, at + lengthAt, at + length));
    this.#out.used = at + length;
    return undefined;
  }

  /** The checksum comes first and covers the record: it is reckoned before anything is written. */
  async #addLarge(headEnd: number, record: Uint8Array): Promise<void> {
    const { buffer, used: at } = this.#out;
    const crc = this.#crc32(buffer, at + lengthAt, headEnd);
    setU32(buffer, at, await this.#out.checksum(record, crc));
    this.#out.used = headEnd;
    await this.#out.put(record);
  }
}
