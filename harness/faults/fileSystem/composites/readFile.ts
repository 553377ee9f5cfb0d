import type { PathLike } from 'node:fs';
import { checkAborted, encode } from '../options.js';
import { call, type Script } from '../script.js';
import { closing } from './closing.js';

/** Node's own chunk, so that a large file is read in as many steps. */
const chunkBytes = 512 * 1024;

/** `open`, `fstat`, `read` until the end, `close`; from a descriptor only `fstat` and `read`. */
export function* readFile(
  source: PathLike | number,
  options: Record<string, unknown>,
): Script<Buffer | string> {
  checkAborted(options.signal);
  if (typeof source === 'number') {
    return encode(yield* readAll(source, options.signal), options.encoding);
  }
  const fd = yield* call('open', source, (options.flag as string | undefined) ?? 'r', 0o666);
  return encode(yield* closing(fd, readAll(fd, options.signal)), options.encoding);
}

function* readAll(fd: number, signal: unknown): Script<Buffer> {
  const stats = yield* call('fstat', fd, { bigint: false });
  const size = stats.isFile() ? Number(stats.size) : 0;
  return size > 0 ? yield* readSized(fd, size, signal) : yield* readToEnd(fd, signal);
}

function* readSized(fd: number, size: number, signal: unknown): Script<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    checkAborted(signal);
    const read = yield* call('read', fd, bytes, filled, Math.min(chunkBytes, size - filled), null);
    if (read === 0) break;
    filled += read;
  }
  return filled === size ? bytes : bytes.subarray(0, filled);
}

/** For what doesn't know its size: pipes, files of /proc, files empty when they were opened. */
function* readToEnd(fd: number, signal: unknown): Script<Buffer> {
  const chunks: Buffer[] = [];
  for (;;) {
    checkAborted(signal);
    const chunk = Buffer.allocUnsafeSlow(chunkBytes / 8);
    const read = yield* call('read', fd, chunk, 0, chunk.length, null);
    if (read === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, read));
  }
}
