import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameReader } from '../../../src/node/frameReader.js';

const framed = (message: Uint8Array): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(message.length);
  return Buffer.concat([head, message]);
};

test('messages come out as they went in, however the stream is cut', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
  fc.assert(
    fc.property(messages, fc.array(fc.nat(300)), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(framed));
      const got: number[][] = [];
      const read = frameReader(64, (message) => got.push([...message]));
      const places = [0, ...cuts.map((cut) => Math.min(cut, stream.length)), stream.length];
      places.sort((a, b) => a - b);
      for (const [n, from] of places.slice(0, -1).entries()) {
        expect(read(stream.subarray(from, places[n + 1]))).toBe(true);
      }
      expect(got).toEqual(sent.map((message) => [...message]));
    }),
  );
});

test('a length above the limit ends the stream before its bytes are here', () => {
  const read = frameReader(64, () => undefined);
  expect(read(framed(new Uint8Array(64)))).toBe(true);
  expect(read(framed(new Uint8Array(65)).subarray(0, 4))).toBe(false);
});
