import type { PathLike } from 'node:fs';
import { dirname } from 'node:path';
import { errnoError, isErrnoError } from '../../errno.js';
import { call, type Script } from '../script.js';
import { pathText } from '../syscalls.js';

type Mode = number | string | undefined;

/**
 * `mkdir` of the path, of its parents where they are missing, then again; a `stat` where something
 * stands there already.
 *
 * @returns the first directory made, undefined when all were there
 */
export function* mkdirRecursive(path: PathLike, mode: Mode): Script<string | undefined> {
  const asked = pathText(path) as string;
  const waiting: string[] = [asked];
  let first: string | undefined;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const outcome = yield* make(next, { mode, isLast: waiting.length === 0, asked });
    if (outcome === 'made') first ??= next;
    if (outcome === 'noParent') waiting.push(next, dirname(next));
  }
  return first;
}

function* make(
  path: string,
  how: { mode: Mode; isLast: boolean; asked: string },
): Script<'made' | 'there' | 'noParent'> {
  try {
    yield* call('mkdir', path, how.mode);
    return 'made';
  } catch (error) {
    if (!isErrnoError(error)) throw error;
    if (error.code === 'ENOENT' && dirname(path) !== path) return 'noParent';
    if (['EACCES', 'ENOSPC', 'ENOTDIR', 'EPERM'].includes(error.code as string)) {
      throw named(error.code as string, how.asked);
    }
    if (yield* isFolder(path, how.asked)) return 'there';
    throw named(error.code === 'EEXIST' && !how.isLast ? 'ENOTDIR' : 'EEXIST', how.asked);
  }
}

function* isFolder(path: string, asked: string): Script<boolean> {
  try {
    return (yield* call('stat', path, { bigint: false })).isDirectory();
  } catch (error) {
    if (isErrnoError(error)) throw named(error.code as string, asked);
    throw error;
  }
}

/** Node names the path that was asked for, whichever of its parents was in the way. */
function named(code: string, path: string): Error {
  return errnoError(code, { syscall: 'mkdir', path });
}
