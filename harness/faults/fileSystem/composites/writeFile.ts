import type { PathLike } from 'node:fs';
import type { Operation } from '../../interceptor.js';
import { nodeFs } from '../../nodeFs.js';
import { isView } from '../arguments.js';
import { checkAborted } from '../options.js';
import { call, type Script, waitFor } from '../script.js';
import { closing } from './closing.js';

/** As Node's `writeFile`. */
export interface WriteFileOptions {
  readonly encoding?: unknown;
  readonly flag?: string | number | null;
  readonly flush?: boolean;
  readonly mode?: number | string | null;
  readonly signal?: unknown;
  /** Whether nothing is written by a `write` of 0 bytes, as Node's callback form does. */
  readonly evenEmpty: boolean;
}

/** `open`, `write` until every byte is written, `fsync` with `flush`, `close`. */
export function* writeFile(
  target: PathLike | number,
  source: Source,
  options: WriteFileOptions,
): Script<void> {
  checkAborted(options.signal);
  if (typeof target === 'number') return yield* fill(target, source, options);
  const fd = yield* call('open', target, options.flag ?? 'w', options.mode ?? 0o666);
  return yield* closing(fd, fill(fd, source, options));
}

/** Bytes, or what gives chunks of bytes or text. */
export type Source = NodeJS.ArrayBufferView | AsyncIterable<unknown> | Iterable<unknown>;

function* fill(fd: number, source: Source, options: WriteFileOptions): Script<void> {
  if (ArrayBuffer.isView(source)) yield* writeAll(fd, source, options);
  else yield* writeEach(fd, source, options);
  if (options.flush) yield* call('fsync', fd);
}

/** Writes until nothing is left, however short each write. */
function* writeAll(
  fd: number,
  view: NodeJS.ArrayBufferView,
  { evenEmpty, signal }: WriteFileOptions,
): Script<void> {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let written = 0;
  if (bytes.length === 0 && !evenEmpty) return;
  do {
    checkAborted(signal);
    written += yield* call('write', fd, bytes, written, bytes.length - written, null);
  } while (written < bytes.length);
}

function* writeEach(
  fd: number,
  source: AsyncIterable<unknown> | Iterable<unknown>,
  options: WriteFileOptions,
): Script<void> {
  const chunks = iterate(source);
  let isDone = false;
  try {
    for (;;) {
      const next = yield* waitFor(Promise.resolve(chunks.next()));
      isDone = next.done === true;
      if (isDone) return;
      checkAborted(options.signal);
      const chunk = isView(next.value) ? next.value : textBytes(next.value, options.encoding);
      yield* writeAll(fd, chunk, options);
    }
  } finally {
    if (!isDone && chunks.return) yield* waitFor(Promise.resolve(chunks.return()));
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
