import type { Stats } from 'node:fs';
import { isErrnoError } from '../../errno.js';
import { call, type Script } from '../script.js';

/** What stands at a path, undefined when nothing does. */
export function* statOrAbsent(how: 'stat' | 'lstat', path: string): Script<Stats | undefined> {
  try {
    return (yield* call(how, path, { bigint: false })) as Stats;
  } catch (error) {
    if (isErrnoError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
