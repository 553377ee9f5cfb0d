import type { Attributes } from './nodes.js';

/** Taken from the mode of new files and directories. */
export const umask = 0o022;

/** Permission bits from what `chmod`, `open` and `mkdir` take. */
export function modeBits(mode: number | string): number {
  return (typeof mode === 'string' ? Number.parseInt(mode, 8) : mode) & 0o7777;
}

/** The times that `utimes` sets; numbers are seconds, as in Node. */
export function attributesOfTimes(
  atime: number | string | Date,
  mtime: number | string | Date,
): Pick<Attributes, 'atimeMs' | 'mtimeMs'> {
  return { atimeMs: milliseconds(atime), mtimeMs: milliseconds(mtime) };
}

function milliseconds(time: number | string | Date): number {
  return time instanceof Date ? time.getTime() : Number(time) * 1000;
}
