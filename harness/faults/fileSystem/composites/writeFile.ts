import type { PathLike } from 'node:fs';
import type { Operation } from '../../interceptor.js';
import { nodeFs } from '../../nodeFs.js';
import { isView } from '../arguments.js';
import { checkAborted } from '../options.js';
import { call, type Script, waitFor } from '../script.js';
import { closing } from './closing.js';

/** `open`, `write` until every byte is written, `fsync` with `flush`, `close`. */
export function* writeFile(
  target: PathLike | number,
  source: Source,
  options: Record<string, unknown>,
): Script<void> {
  checkAborted(options.signal);
  if (typeof target === 'number') return yield* fill(target, source, options);
  const flag = (options.flag as string | number | undefined) ?? 'w';
  const fd = yield* call('open', target, flag, (options.mode as number | undefined) ?? 0o666);
  return yield* closing(fd, fill(fd, source, options));
}

/** Bytes, or what gives chunks of bytes or text. */
export type Source = NodeJS.ArrayBufferView | AsyncIterable<unknown> | Iterable<unknown>;

function* fill(fd: number, source: Source, options: Record<string, unknown>): Script<void> {
  if (ArrayBuffer.isView(source)) yield* writeAll(fd, source, options.signal);
  else yield* writeEach(fd, source, options);
  if (options.flush) yield* call('fsync', fd);
}

/** Writes until nothing is left, however short each write. */
export function* writeAll(fd: number, view: NodeJS.ArrayBufferView, signal: unknown): Script<void> {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let written = 0;
  while (written < bytes.length) {
    checkAborted(signal);
    written += yield* call('write', fd, bytes, written, bytes.length - written, null);
  }
}

function* writeEach(
  fd: number,
  source: AsyncIterable<unknown> | Iterable<unknown>,
  options: Record<string, unknown>,
): Script<void> {
  const chunks = iterate(source);
  for (;;) {
    const { done, value } = yield* waitFor(Promise.resolve(chunks.next()));
    if (done) return;
    checkAborted(options.signal);
    const chunk = isView(value) ? value : textBytes(value, options.encoding);
    yield* writeAll(fd, chunk, options.signal);
  }
}

function iterate(source: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterator<unknown> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  return source[Symbol.iterator]() as unknown as AsyncIterator<unknown>;
}

/**
 * What is to be written; iterables only where the promise form takes them.
 *
 * @throws what Node throws for data of the wrong type
 */
export function sourceOf(data: unknown, encoding: unknown, form: Operation['form']): Source {
  if (isView(data)) return data;
  if (form === 'promise' && isIterable(data)) return data;
  return textBytes(data, encoding);
}

function isIterable(data: unknown): data is AsyncIterable<unknown> | Iterable<unknown> {
  return (
    typeof data === 'object' &&
    data !== null &&
    (Symbol.asyncIterator in data || Symbol.iterator in data)
  );
}

/** @throws what Node throws for data that is neither text nor bytes */
export function textBytes(data: unknown, encoding: unknown): Buffer {
  // An empty path: should Node not complain of the data, it still opens nothing.
  if (typeof data !== 'string') nodeFs.writeFileSync('', data as string);
  return Buffer.from(data as string, (encoding as BufferEncoding | null | undefined) ?? 'utf8');
}
