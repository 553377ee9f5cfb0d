import type { PathLike } from 'node:fs';
import { call, type Script } from '../script.js';
import { closing } from './closing.js';

/** `open`, `ftruncate`, `close`, as Node does; hence its errors for a missing file name open. */
export function* truncate(path: PathLike, length: number | undefined | null): Script<void> {
  const fd = yield* call('open', path, 'r+', 0o666);
  return yield* closing(fd, call('ftruncate', fd, lengthOf(length)));
}

/** A length to cut to: absent and negative mean 0. */
export function lengthOf(length: number | undefined | null): number {
  return typeof length === 'number' ? Math.max(0, length) : ((length ?? 0) as number);
}
