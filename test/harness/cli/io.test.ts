import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { outStream, wantsColour } from '../../../harness/cli/io.js';

/** A stream that looks like one of the process, over a pipe in memory. */
function pipe(looks: { isTTY?: boolean; columns?: number } = {}, highWaterMark = 16_384) {
  const through = new PassThrough({ highWaterMark });
  // Proves the cast: `outStream` uses `isTTY`, `columns`, `write`, `on`, and what log-update does.
  return Object.assign(through, looks) as unknown as NodeJS.WriteStream & PassThrough;
}

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [false, { FORCE_COLOR: '1' }, true],
  [false, { FORCE_COLOR: '' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [false, { FORCE_COLOR: '3', NO_COLOR: '1' }, true],
])('colour on a terminal (%s) with %o is %s', (isTTY, env, colour) => {
  expect(wantsColour(isTTY, env)).toBe(colour);
});

test('a dumb terminal is none', () => {
  expect(outStream(pipe({ isTTY: true }), { TERM: 'dumb' }).isTTY).toBe(false);
});

test('columns come from the stream, and are 80 where it knows none', () => {
  const stream = pipe({ isTTY: true, columns: 120 });
  const out = outStream(stream, {});
  expect(out.columns).toBe(120);
  stream.columns = 0;
  expect(out.columns).toBe(80);
  expect(outStream(pipe(), {}).columns).toBe(80);
});

test('writing waits for a reader that is slow', async () => {
  const stream = pipe({}, 4);
  const out = outStream(stream, {});
  let written = false;
  const writing = out.write('more than four bytes').then(() => {
    written = true;
  });
  await new Promise(setImmediate);
  expect(written).toBe(false);
  stream.read();
  await writing;
  expect(written).toBe(true);
});

test('a reader that goes away ends nothing but the writing', async () => {
  const stream = pipe({}, 4);
  let gone = 0;
  const out = outStream(stream, {}, () => {
    gone += 1;
  });
  const writing = out.write('more than four bytes');
  const error = () => Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  stream.emit('error', error());
  stream.emit('error', error());
  await writing;
  await out.write('dropped');
  expect(gone).toBe(1);
});
