import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import type { Pace } from '../seam.js';

/** What is checksummed between two turns of the event loop: well below a millisecond. */
export const checksumSlice: Bytes = 1024 * 1024;

/** The checksum of `bytes[from..to)` after `seed`; lets the event loop breathe. */
export async function checksumInSlices(
  crc32: Crc32,
  bytes: Uint8Array,
  range: { readonly from: number; readonly to: number; readonly seed?: number },
  pace: Pace,
): Promise<number> {
  let crc = range.seed ?? 0;
  for (let from = range.from; from < range.to; from += checksumSlice) {
    crc = crc32(bytes, from, Math.min(from + checksumSlice, range.to), crc);
    await pace.turn();
  }
  return crc;
}
