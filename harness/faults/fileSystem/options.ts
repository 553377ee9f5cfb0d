import { nodeFs } from '../nodeFs.js';

/** What `readFile`, `writeFile`, `readdir` … take where an encoding's name may stand for it all. */
export type OptionsOrEncoding = Record<string, unknown> | string | null | undefined;

/** An encoding as Node names it; `buffer` and absent both mean bytes. */
export type Encoding = BufferEncoding | 'buffer' | null | undefined;

/**
 * Makes an options object of what the caller passed.
 *
 * @throws what Node throws for an unknown encoding or an option of the wrong type
 */
export function optionsOf(given: unknown): Record<string, unknown> {
  if (given === null || given === undefined || typeof given === 'function') return {};
  const options = typeof given === 'string' ? { encoding: given } : given;
  const encoding = Reflect.get(Object(options), 'encoding') as unknown;
  const isKnown =
    encoding === undefined ||
    encoding === null ||
    encoding === 'buffer' ||
    (typeof encoding === 'string' && Buffer.isEncoding(encoding));
  // An empty path: should Node not complain of the options, it still opens nothing.
  if (typeof options !== 'object' || !isKnown) nodeFs.readFileSync('', given as BufferEncoding);
  return options as Record<string, unknown>;
}

/** Bytes as the caller wants them. */
export function encode(bytes: Buffer, encoding: unknown): Buffer | string {
  return typeof encoding === 'string' && encoding !== 'buffer'
    ? bytes.toString(encoding as BufferEncoding)
    : bytes;
}

/** A name or path as the caller wants it; text in UTF-8 unless asked otherwise. */
export function encodeName(name: string | Buffer, encoding: unknown): Buffer | string {
  if (encoding === undefined || encoding === null || encoding === 'utf8' || encoding === 'utf-8') {
    return typeof name === 'string' ? name : name.toString();
  }
  return encode(typeof name === 'string' ? Buffer.from(name) : name, encoding);
}

/** Whether numbers of a stat are to be bigint. */
export function bigintOf(options: unknown): { bigint: boolean } {
  return { bigint: Boolean(Reflect.get(Object(options ?? {}), 'bigint')) };
}

/** @throws AbortError, as Node's calls do, once the signal has been aborted */
export function checkAborted(signal: unknown): void {
  const given = signal as AbortSignal | undefined;
  if (!given?.aborted) return;
  const error: NodeJS.ErrnoException = new Error('The operation was aborted', {
    cause: given.reason,
  });
  error.name = 'AbortError';
  error.code = 'ABORT_ERR';
  throw error;
}
