import type { PathLike } from 'node:fs';
import { constants } from 'node:fs';
import { isErrnoError } from '../../errno.js';
import { call, type Script } from '../script.js';
import { pathText } from '../syscalls.js';

/** One `access`; no error of the system is an error here, and what is no path doesn't exist. */
export function* exists(path: PathLike): Script<boolean> {
  if (pathText(path)?.includes('\0') !== false) return false;
  try {
    yield* call('access', path, constants.F_OK);
    return true;
  } catch (error) {
    if (isErrnoError(error)) return false;
    throw error;
  }
}
