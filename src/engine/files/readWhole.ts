import type { Files, OpenFile } from '../../ports/files.js';
import type { Bytes } from '../../units.js';

/** What reading a whole file came to; a file above the limit is not read. */
export type WholeFile =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'tooLarge'; readonly size: Bytes };

/**
 * Reads a file into memory.
 *
 * @throws NodeJS.ErrnoException as the file system words it
 */
export async function readWhole(files: Files, path: string, limit: Bytes): Promise<WholeFile> {
  const facts = await files.facts(path);
  if (facts === undefined) return { kind: 'missing' };
  if (facts.size > limit) return { kind: 'tooLarge', size: facts.size };
  const file = await openIfThere(files, path);
  if (file === undefined) return { kind: 'missing' };
  try {
    const bytes = new Uint8Array(Math.min(limit, await file.size()));
    const count = await readFully(file, bytes, 0);
    return { kind: 'bytes', bytes: bytes.subarray(0, count) };
  } finally {
    await file.close();
  }
}

/** It may go between the look at its size and the opening. */
async function openIfThere(files: Files, path: string): Promise<OpenFile | undefined> {
  try {
    return await files.open(path, 'read');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Fills `into` as far as the file goes, and says how far that was. */
export async function readFully(file: OpenFile, into: Uint8Array, at: Bytes): Promise<Bytes> {
  let done = 0;
  while (done < into.length) {
    const count = await file.read(into, done, into.length - done, at + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
