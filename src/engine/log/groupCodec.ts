import type { Crc32 } from '../../ports/platform.js';
import type { Bytes, Lsn } from '../../units.js';
import { readU16, readU32, readU48, setU32, setU48 } from '../byteSink.js';
import type { ByteSink } from '../seam.js';

/** Length of a commit group's header. On disk: never renumber. */
export const groupHeaderBytes = 32;

/** What the header of a commit group says. */
export interface GroupHeader {
  readonly crc: number;
  /** Of the records, without header and padding. */
  readonly payload: Bytes;
  readonly generation: number;
  /** CRC of the group before, 0 before the first. */
  readonly chain: number;
  readonly firstLsn: Lsn;
  readonly count: number;
}

/** How much a group with so many bytes of records takes: header, records, zeros up to a multiple of 8. */
export function groupBytes(payload: Bytes): Bytes {
  return Math.ceil((groupHeaderBytes + payload) / 8) * 8;
}

/**
 * Completes a group in place. The sink holds room for the header, then the records up to `at`;
 * afterwards its first `groupBytes` are what belongs on the disk, and `at` is as before.
 *
 * @returns the group's CRC, which the next one names as its `chain`
 */
export function finishGroup(
  sink: ByteSink,
  facts: Pick<GroupHeader, 'generation' | 'chain' | 'firstLsn' | 'count'>,
  crc32: Crc32,
): number {
  const { at } = sink;
  const total = groupBytes(at - groupHeaderBytes);
  sink.reserve(total - at);
  const { bytes } = sink;
  for (let i = at; i < total; i++) bytes[i] = 0;
  setU32(bytes, 4, at - groupHeaderBytes);
  setU32(bytes, 8, facts.generation);
  setU32(bytes, 12, facts.chain);
  setU48(bytes, 16, facts.firstLsn);
  bytes[22] = 0;
  bytes[23] = 0;
  setU32(bytes, 24, facts.count);
  setU32(bytes, 28, 0);
  const crc = crc32(bytes, 4, total);
  setU32(bytes, 0, crc);
  return crc;
}

/** Reads the 32 bytes at `at` as a header, whatever they are. */
export function readGroupHeader(bytes: Uint8Array, at: number): GroupHeader {
  return {
    crc: readU32(bytes, at),
    payload: readU32(bytes, at + 4),
    generation: readU32(bytes, at + 8),
    chain: readU32(bytes, at + 12),
    firstLsn: readU48(bytes, at + 16),
    count: readU32(bytes, at + 24),
  };
}

/** Whether the 32 bytes at `at` may be the header of a group of this generation, its CRC apart. */
export function mayBeGroup(bytes: Uint8Array, at: number, generation: number): boolean {
  return (
    readU32(bytes, at + 8) === generation &&
    readU32(bytes, at + 28) === 0 &&
    readU16(bytes, at + 22) === 0 &&
    readU32(bytes, at + 24) > 0 &&
    readU32(bytes, at + 4) >= readU32(bytes, at + 24)
  );
}
