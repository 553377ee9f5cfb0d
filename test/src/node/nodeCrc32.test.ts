import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCrc32 } from '../../../src/node/nodeCrc32.js';

test('the check value of the polynomial', () => {
  expect(nodeCrc32(Buffer.from('123456789'), 0, 9)).toBe(0xcbf43926);
  expect(nodeCrc32(new Uint8Array(), 0, 0)).toBe(0);
});

test('every length gives what zlib gives, from any place in the bytes', () => {
  const bytes = Uint8Array.from({ length: 700 }, (_, at) => (at * 151) ^ (at >> 3));
  for (let length = 0; length < 600; length++) {
    const from = length % 97;
    const plain = crc32(bytes.slice(from, from + length));
    expect(nodeCrc32(bytes, from, from + length), `${length} bytes`).toBe(plain);
  }
});

test('a checksum goes on from the one of what went before', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(600), (bytes, cut) => {
      const at = Math.min(cut, bytes.length);
      const first = nodeCrc32(bytes, 0, at);
      expect(nodeCrc32(bytes, at, bytes.length, first)).toBe(nodeCrc32(bytes, 0, bytes.length));
    }),
  );
});
