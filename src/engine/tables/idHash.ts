/**
 * Turns an id into a number from 0 to 2^53 - 1, the same for the same bytes for ever. Its low 24
 * bits are the id's tag in the index, the upper 29 choose the page.
 */
export type IdHash = (bytes: Uint8Array, from: number, to: number) => number;

/**
 * Hashes the UTF-8 bytes of an id.
 *
 * Source: cyrb53 by bryc, with a seed of 0, over bytes. On disk: never change.
 */
export const hashId: IdHash = (bytes, from, to) => {
  let high = 0xdeadbeef | 0;
  let low = 0x41c6ce57 | 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    high = Math.imul(high ^ byte, 2654435761);
    low = Math.imul(low ^ byte, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 0x1_0000_0000 * (low & 0x1f_ffff) + (high >>> 0);
};

/** How many bits of a hash an index slot repeats. */
const tagBits = 24;

/** The part of a hash that an index slot repeats. */
export function tagOf(hash: number): number {
  return hash % 2 ** tagBits;
}

/** The page among `buckets` that a hash belongs to. */
export function bucketOf(hash: number, buckets: number): number {
  return Math.floor((Math.floor(hash / 2 ** tagBits) * buckets) / 2 ** 29);
}
