import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createByteSink,
  putBytes,
  putF64,
  putU8,
  putU16,
  putU32,
  putU48,
  putUtf8,
  putZeros,
  readF64,
  readU8,
  readU16,
  readU32,
  readU48,
  readUtf8,
} from '../../../src/engine/byteSink.js';
import { assertNever } from '../../../src/errors.js';

const put = fc.oneof(
  fc.record({ kind: fc.constant('u8' as const), value: fc.nat(0xff) }),
  fc.record({ kind: fc.constant('u16' as const), value: fc.nat(0xffff) }),
  fc.record({ kind: fc.constant('u32' as const), value: fc.nat(0xffff_ffff) }),
  fc.record({
    kind: fc.constant('u48' as const),
    value: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  }),
  fc.record({ kind: fc.constant('f64' as const), value: fc.double() }),
  fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array() }),
  fc.record({ kind: fc.constant('zeros' as const), value: fc.nat(100) }),
  fc.record({
    kind: fc.constant('text' as const),
    value: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 90 }),
      fc.string({ unit: 'binary-ascii', maxLength: 90 }),
    ),
  }),
);

test('what is put is read back, in order, however often the sink grew', () => {
  fc.assert(
    fc.property(fc.array(put), (puts) => {
      const sink = createByteSink(1);
      const starts = puts.map((one) => {
        const start = sink.at;
        switch (one.kind) {
          case 'u8':
            putU8(sink, one.value);
            break;
          case 'u16':
            putU16(sink, one.value);
            break;
          case 'u32':
            putU32(sink, one.value);
            break;
          case 'u48':
            putU48(sink, one.value);
            break;
          case 'f64':
            putF64(sink, one.value);
            break;
          case 'bytes':
            putBytes(sink, one.value);
            break;
          case 'zeros':
            putZeros(sink, one.value);
            break;
          case 'text':
            expect(putUtf8(sink, one.value)).toBe(Buffer.byteLength(one.value));
            break;
        }
        return start;
      });
      const ends = [...starts.slice(1), sink.at];
      const read = puts.map((one, i) => {
        const [from = 0, to = 0] = [starts[i], ends[i]];
        const { bytes } = sink;
        switch (one.kind) {
          case 'u8':
            return readU8(bytes, from);
          case 'u16':
            return readU16(bytes, from);
          case 'u32':
            return readU32(bytes, from);
          case 'u48':
            return readU48(bytes, from);
          case 'f64':
            return readF64(bytes, from);
          case 'bytes':
            return new Uint8Array(bytes.subarray(from, to));
          case 'zeros':
            return bytes.subarray(from, to).every((byte) => byte === 0) ? to - from : -1;
          case 'text':
            return readUtf8(bytes, from, to);
          default:
            return assertNever(one);
        }
      });
      expect(read).toEqual(puts.map((one) => one.value));
    }),
  );
});

test('the numbers are little endian', () => {
  const sink = createByteSink(8);
  putU16(sink, 0x0201);
  putU32(sink, 0x06050403);
  putU48(sink, 0x0c0b0a090807);
  expect([...sink.bytes.subarray(0, sink.at)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});
