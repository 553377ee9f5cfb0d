import { constants, type PathLike } from 'node:fs';
import { call, type Script } from '../script.js';

/** As Node's `cp`. */
export interface CpOptions {
  readonly mode: number;
}

export function cpOptionsOf(given: unknown): CpOptions {
  return { mode: 0, ...(given as Partial<CpOptions> | undefined) };
}

export function* cp(from: PathLike, to: PathLike, options: CpOptions): Script<void> {
  yield* call('copyFile', from, to, options.mode || constants.COPYFILE_FICLONE);
}
