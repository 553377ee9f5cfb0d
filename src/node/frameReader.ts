import type { Bytes } from '../units.js';

const headLength: Bytes = 4;

/**
 * Cuts a stream of `u32 length, bytes` into messages. The function it gives takes the next chunk
 * and answers whether the stream is still sound; after a length above `longest` it isn't, and no
 * memory is spent on it.
 */
export function frameReader(
  longest: Bytes,
  onMessage: (message: Uint8Array) => void,
): (chunk: Buffer) => boolean {
  // A message that spans chunks is put together once, when its last byte is here: its cost is its
  // length, however small the chunks.
  let parts: Buffer[] = [];
  let have = 0;
  let need: Bytes = headLength;

  return (chunk) => {
    let rest = chunk;
    if (have > 0) {
      parts.push(rest);
      have += rest.length;
      if (have < need) return true;
      rest = Buffer.concat(parts, have);
      parts = [];
      have = 0;
    }
    let at = 0;
    need = headLength;
    while (rest.length - at >= headLength) {
      const length = rest.readUInt32LE(at);
      if (length > longest) return false;
      const end = at + headLength + length;
      if (end > rest.length) {
        need = headLength + length;
        break;
      }
      onMessage(rest.subarray(at + headLength, end));
      at = end;
    }
    if (at < rest.length) {
      parts = [at === 0 ? rest : rest.subarray(at)];
      have = rest.length - at;
    }
    return true;
  };
}
