import type { Crc32 } from '../../ports/platform.js';

/** What a sealed file turned out to be. */
export type Unsealed =
  | { readonly kind: 'whole'; readonly value: unknown }
  | { readonly kind: 'damaged'; readonly why: string }
  /** Doesn't even begin as one. */
  | { readonly kind: 'foreign' };

/**
 * Writes a value as JSON for people, with what kind of file it is as the first member and a
 * checksum of all the bytes before it as the last one.
 */
export function sealJson(file: string, value: object, crc32: Crc32): Uint8Array {
  const text = JSON.stringify({ [marker]: file, ...value }, null, 2);
  // Without the closing brace and the newline before it.
  const body = Buffer.from(text.slice(0, -2), 'utf8');
  return Buffer.concat([body, Buffer.from(sealOf(crc32(body, 0, body.length)), 'utf8')]);
}

/** Reads it back: a byte more, less or other anywhere is found. */
export function unsealJson(file: string, bytes: Uint8Array, crc32: Crc32): Unsealed {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.every((byte) => byte === 0)) {
    return { kind: 'damaged', why: `it holds ${all.length} bytes, all of them 0` };
  }
  const head = Buffer.from(`{\n  "${marker}": ${JSON.stringify(file)}`, 'utf8');
  const begins = all.subarray(0, head.length).equals(head.subarray(0, all.length));
  if (!begins) return { kind: 'foreign' };
  const end = all.length - sealOf(0).length;
  if (end < head.length) return { kind: 'damaged', why: `it ends after ${all.length} bytes` };
  if (all.toString('latin1', end) !== sealOf(crc32(all, 0, end))) {
    return { kind: 'damaged', why: `the checksum at its end doesn’t fit its ${end} bytes` };
  }
  try {
    return { kind: 'whole', value: JSON.parse(all.toString('utf8')) };
  } catch (error) {
    return { kind: 'damaged', why: String(error) };
  }
}

/** On disk: never renamed. */
const marker = 'flakehound';

const sealOf = (crc: number): string => `,\n  "crc32": "${crc.toString(16).padStart(8, '0')}"\n}\n`;
