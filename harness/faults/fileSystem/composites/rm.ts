import type { PathLike } from 'node:fs';
import { join } from 'node:path';
import { isErrnoError } from '../../errno.js';
import { call, pause, type Script } from '../script.js';
import { pathText } from '../syscalls.js';
import { systemError } from '../systemError.js';

/** As Node's `rm`; delays in ms. */
export interface RmOptions {
  readonly recursive: boolean;
  readonly force: boolean;
  readonly maxRetries: number;
  readonly retryDelay: number;
}

const retried = new Set(['EBUSY', 'EMFILE', 'ENFILE', 'ENOTEMPTY', 'EPERM']);

/** @returns the options with Node's defaults */
export function rmOptionsOf(given: unknown): RmOptions {
  return {
    recursive: false,
    force: false,
    maxRetries: 0,
    retryDelay: 100,
    ...(given as Partial<RmOptions> | undefined),
  };
}

/** `lstat`, then `unlink`, or `readdir`, the same for each entry, and `rmdir`. */
export function* rm(path: PathLike, options: RmOptions): Script<void> {
  let isFolder: boolean;
  try {
    isFolder = (yield* call('lstat', path, { bigint: false })).isDirectory();
  } catch (error) {
    if (options.force && isErrnoError(error) && error.code === 'ENOENT') return;
    throw error;
  }
  if (isFolder && !options.recursive) {
    throw systemError('ERR_FS_EISDIR', 'Path is a directory', {
      syscall: 'rm',
      errnoCode: 'EISDIR',
      message: 'is a directory',
      path: pathText(path) as string,
    });
  }
  yield* isFolder ? removeFolder(path, options) : retrying(options, () => call('unlink', path));
}

function* removeFolder(path: PathLike, options: RmOptions): Script<void> {
  yield* retrying(options, function* () {
    for (const entry of yield* call('readdir', path)) {
      const below = join(pathText(path) as string, entry.name);
      if (entry.isDirectory()) yield* removeFolder(below, options);
      else yield* retrying(options, () => call('unlink', below));
    }
    yield* call('rmdir', path);
  });
}

/** What has gone meanwhile is removed; what is busy is tried again, each time a delay later. */
function* retrying(options: RmOptions, attempt: () => Script<void>): Script<void> {
  for (let tries = 1; ; tries++) {
    try {
      return yield* attempt();
    } catch (error) {
      if (!isErrnoError(error)) throw error;
      if (error.code === 'ENOENT') return;
      if (!retried.has(error.code as string) || tries > options.maxRetries) throw error;
      yield* pause(tries * options.retryDelay);
    }
  }
}
