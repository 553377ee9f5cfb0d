import type { OpenFile } from '../../ports/files.js';
import type { Bytes } from '../../units.js';

/**
 * Writes all the bytes: a full disk shortens a write without an error, and only the next one, or
 * the one after it, says so.
 *
 * @throws NodeJS.ErrnoException as the file says it, or `ENOSPC` when it takes no byte more
 */
export async function writeFully(file: OpenFile, bytes: Uint8Array, at: Bytes): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const count = await file.write(bytes, done, bytes.length - done, at + done);
    if (count === 0) throw diskFull(file.path, done, bytes.length);
    done += count;
  }
}

function diskFull(path: string, done: Bytes, all: Bytes): Error {
  const error = new Error(`ENOSPC: wrote ${done} of ${all} bytes, write '${path}'`);
  return Object.assign(error, { code: 'ENOSPC', syscall: 'write', path });
}
