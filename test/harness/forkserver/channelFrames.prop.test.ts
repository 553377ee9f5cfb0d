import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '../../../harness/forkserver/channelFrames.js';

const message = fc.oneof(
  fc.string(),
  fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.boolean(), fc.constant(undefined))),
  fc.uint8Array(),
  fc.array(fc.bigInt()),
  fc.date({ noInvalidDate: true }).map((date) => new Map([[date, new Set([date])]])),
);

test('messages come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(message),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (sent, cuts) => {
        const stream = Buffer.concat(sent.map(encodeFrame));
        const reader = new FrameReader();
        const got: unknown[] = [];
        for (let at = 0; at < stream.length; ) {
          const length = cuts.next().value;
          got.push(...reader.read(stream.subarray(at, at + length)));
          at += length;
        }
        expect(got).toEqual(sent);
      },
    ),
  );
});
