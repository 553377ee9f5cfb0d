import { crc32 } from 'node:zlib';
import type { Crc32 } from '../ports/platform.js';

/** Below so many bytes the call into zlib costs more than the loop here: both took 230 ns there. */
const worthTheCall = 256;

// One table each for the four bytes of a word: row n is the checksum of the byte and n zero bytes.
const [last, third, second, first] = tables();

/** CRC-32 by zlib, and by a loop of its own over a few bytes. */
export const nodeCrc32: Crc32 = (bytes, from, to, seed = 0) => {
  if (to - from >= worthTheCall) return crc32(bytes.subarray(from, to), seed);
  let crc = ~seed;
  let at = from;
  for (const end = to - 3; at < end; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      first[crc & 255]! ^
      second[(crc >>> 8) & 255]! ^
      third[(crc >>> 16) & 255]! ^
      last[crc >>> 24]!;
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ last[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
};

function tables(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const row0 = new Int32Array(256).map((_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  const after = (row: Int32Array) => row.map((crc) => (crc >>> 8) ^ row0[crc & 255]!);
  const row1 = after(row0);
  const row2 = after(row1);
  return [row0, row1, row2, after(row2)];
}
