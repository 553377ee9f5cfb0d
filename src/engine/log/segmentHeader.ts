import { invariant } from '../../errors.js';
import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import {
  createByteSink,
  putBytes,
  putU8,
  putU16,
  putU32,
  putU48,
  putUtf8,
  putZeros,
  readU8,
  readU16,
  readU32,
  readU48,
  setU32,
} from '../byteSink.js';

/** Length of the block that a segment begins with. On disk: never renumber. */
export const segmentHeaderBytes = 128;

/** On disk: never renumber. */
export const segmentFormat = 1;

const magic = Buffer.from('FHWAL\r\n\x1a', 'latin1');
const crc32Kind = 1;
const idBytes = 64;

/** What the header of a segment says. */
export interface SegmentHeader {
  readonly storeId: string;
  readonly epoch: number;
  /** New at each use of the file; groups of another one are what an earlier use left. */
  readonly generation: number;
  /** Length of the file. */
  readonly capacity: Bytes;
  /** Whether all behind the header was zeros when this use began. */
  readonly wiped: boolean;
}

/** What the first bytes of a file are, read as the header of a segment. */
export type SegmentHeaderResult =
  | ({ readonly kind: 'header' } & SegmentHeader)
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'newer'; readonly format: number };

/** Encodes the header of a segment; `storeId` takes at most 64 bytes. */
export function encodeSegmentHeader(header: SegmentHeader, crc32: Crc32): Buffer {
  const sink = createByteSink(segmentHeaderBytes);
  putBytes(sink, magic);
  putU32(sink, 0);
  putU16(sink, segmentFormat);
  putU8(sink, crc32Kind);
  putU8(sink, header.wiped ? 1 : 0);
  putU48(sink, header.epoch);
  putU16(sink, 0);
  putU48(sink, header.capacity);
  putU16(sink, 0);
  putU32(sink, header.generation);
  putZeros(sink, segmentHeaderBytes - idBytes - sink.at);
  const length = putUtf8(sink, header.storeId);
  invariant(length <= idBytes, `the store's id is longer than ${idBytes} bytes: ${header.storeId}`);
  putZeros(sink, segmentHeaderBytes - sink.at);
  setU32(sink.bytes, 8, crc32(sink.bytes, 12, segmentHeaderBytes));
  return sink.bytes.subarray(0, segmentHeaderBytes);
}

/** Decodes the header of a segment. */
export function decodeSegmentHeader(bytes: Buffer, crc32: Crc32): SegmentHeaderResult {
  if (bytes.length < segmentHeaderBytes) return { kind: 'bad', why: 'it is too short' };
  if (bytes.compare(magic, 0, magic.length, 0, magic.length) !== 0) {
    return { kind: 'bad', why: 'it does not begin as a segment does' };
  }
  if (readU32(bytes, 8) !== crc32(bytes, 12, segmentHeaderBytes)) {
    return { kind: 'bad', why: 'the checksum of its header does not match' };
  }
  const format = readU16(bytes, 12);
  if (format !== segmentFormat || readU8(bytes, 14) !== crc32Kind) return { kind: 'newer', format };
  const id = bytes.subarray(segmentHeaderBytes - idBytes, segmentHeaderBytes);
  const end = id.indexOf(0);
  return {
    kind: 'header',
    storeId: id.toString('utf8', 0, end < 0 ? idBytes : end),
    epoch: readU48(bytes, 16),
    generation: readU32(bytes, 32),
    capacity: readU48(bytes, 24),
    wiped: readU8(bytes, 15) === 1,
  };
}
