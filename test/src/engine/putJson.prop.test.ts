import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createByteSink } from '../../../src/engine/byteSink.js';
import { putJson } from '../../../src/engine/putJson.js';
import type { Json } from '../../../src/jobs/job.js';
import { keepJson } from '../../../src/jobs/jsonValue.js';

function written(value: Json): string {
  const sink = createByteSink(1);
  putJson(sink, value);
  return sink.bytes.toString('utf8', 0, sink.at);
}

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.nat(3).map((more) => 'x'.repeat(199 + more)),
);

test('any value is written as JSON.stringify writes it', () => {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      texts,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(
        texts.filter((key) => key !== '__proto__'),
        tie('tree'),
        { maxKeys: 4 },
      ),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const kept = keepJson(value, 'data');
      // Both make U+FFFD of half a surrogate pair, or escape it, alike.
      expect(written(kept)).toBe(JSON.stringify(kept));
    }),
    { numRuns: 2000 },
  );
});

test('every character alone', () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const text = String.fromCharCode(unit);
    expect(written(text)).toBe(JSON.stringify(text));
  }
});
