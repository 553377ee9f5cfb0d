import type { PathLike, Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { types } from 'node:util';
import { complain } from '../arguments.js';
import { call, type Script, waitFor } from '../script.js';
import { pathText } from '../syscalls.js';
import { statOrAbsent } from './absence.js';
import { type CopyFailure, copyError } from './cpErrors.js';
import { copyLink, isWithin } from './cpLinks.js';
import { mkdirRecursive } from './mkdir.js';

/** As Node's `cp`. */
export interface CpOptions {
  readonly dereference: boolean;
  readonly errorOnExist: boolean;
  readonly filter?: (from: string, to: string) => boolean | Promise<boolean>;
  readonly force: boolean;
  readonly mode: number;
  readonly preserveTimestamps: boolean;
  readonly recursive: boolean;
  readonly verbatimSymlinks: boolean;
}

const owners = { write: 0o200 };

/**
 * The options with Node's defaults.
 *
 * @throws what Node throws for options that are wrong or exclude each other
 */
export function cpOptionsOf(given: unknown): CpOptions {
  const options: CpOptions = {
    dereference: false,
    errorOnExist: false,
    force: true,
    mode: 0,
    preserveTimestamps: false,
    recursive: false,
    verbatimSymlinks: false,
    ...(given as Partial<CpOptions> | undefined),
  };
  const isWrong =
    typeof options.mode !== 'number' || (options.dereference && options.verbatimSymlinks);
  // A path to nowhere: should Node not complain of the options, it still copies nothing.
  return isWrong ? complain('cpSync', ['', '', given]) : options;
}

/**
 * For each file `lstat` of both sides and `copyFile` (an older copy is unlinked first), for each
 * directory `mkdir`, `readdir`, its entries and `chmod`, for each link `readlink` and `symlink`.
 */
export function* cp(from: PathLike, to: PathLike, options: CpOptions): Script<void> {
  const [source, target] = [pathText(from), pathText(to)];
  if (source === undefined || target === undefined) complain('cpSync', [from, to]);
  const parent = dirname(target as string);
  yield* copy(source as string, target as string, {
    options,
    beforehand: function* () {
      if ((yield* statOrAbsent('stat', parent)) === undefined)
        yield* mkdirRecursive(parent, undefined);
    },
  });
}

interface Copying {
  readonly options: CpOptions;
  /** Makes the parent of the topmost target, once the copy is known to be legal. */
  readonly beforehand?: () => Script<void>;
}

/** One entry about to be copied. */
export interface Pair {
  readonly from: string;
  readonly to: string;
  readonly source: Stats;
  readonly target: Stats | undefined;
}

function* copy(from: string, to: string, { options, beforehand }: Copying): Script<void> {
  if (!(yield* isWanted(from, to, options))) return;
  const stat = options.dereference ? 'stat' : 'lstat';
  const source = (yield* call(stat, from, { bigint: false })) as Stats;
  const target = yield* statOrAbsent(stat, to);
  const pair: Pair = { from, to, source, target };
  const failure = whyNot(pair);
  if (failure) throw copyError(failure, from, to);
  if (beforehand) {
    if (source.isDirectory()) yield* refuseOwnInside(pair);
    yield* beforehand();
  }
  if (source.isDirectory() && !options.recursive) throw copyError('notRecursive', from, to);
  if (source.isDirectory()) return yield* copyFolder(pair, options);
  if (source.isSymbolicLink()) return yield* copyLink(pair, options.verbatimSymlinks);
  if (source.isSocket()) throw copyError('socket', from, to);
  if (source.isFIFO()) throw copyError('pipe', from, to);
  return yield* copyFile(pair, options);
}

function* isWanted(from: string, to: string, { filter }: CpOptions): Script<boolean> {
  const answer = filter?.(from, to) ?? filter === undefined;
  return Boolean(types.isPromise(answer) ? yield* waitFor(answer) : answer);
}

function whyNot({ from, to, source, target }: Pair): CopyFailure | undefined {
  if (target && target.ino === source.ino && target.dev === source.dev) return 'same';
  if (source.isDirectory()) {
    if (target && !target.isDirectory()) return 'folderOverFile';
    if (isWithin(resolve(from), resolve(to))) return 'intoItself';
  } else if (target?.isDirectory()) return 'fileOverFolder';
  return undefined;
}

/** Under another name, through a link, the target may still lie in the source: inodes tell. */
function* refuseOwnInside({ from, to, source }: Pair): Script<void> {
  const end = dirname(resolve(from));
  let below = to;
  for (let at = dirname(resolve(to)); at !== end && at !== dirname(at); at = dirname(at)) {
    const above = yield* statOrAbsent('stat', at);
    if (above === undefined) return;
    if (above.ino === source.ino && above.dev === source.dev) {
      throw copyError('intoItself', from, below);
    }
    below = at;
  }
}

function* copyFolder({ from, to, source, target }: Pair, options: CpOptions): Script<void> {
  if (target === undefined) yield* call('mkdir', to, undefined);
  for (const { name } of yield* call('readdir', from)) {
    yield* copy(join(from, name), join(to, name), { options });
  }
  if (target === undefined) yield* call('chmod', to, source.mode);
}

function* copyFile({ from, to, source, target }: Pair, options: CpOptions): Script<void> {
  if (target !== undefined) {
    if (!options.force) {
      if (options.errorOnExist) throw copyError('exists', from, to);
      return;
    }
    yield* call('unlink', to);
  }
  yield* call('copyFile', from, to, options.mode);
  if (!options.preserveTimestamps) return;
  if ((source.mode & owners.write) === 0) yield* call('chmod', to, source.mode | owners.write);
  const times = (yield* call('stat', from, { bigint: false })) as Stats;
  yield* call('utimes', to, times.atime, times.mtime);
  yield* call('chmod', to, source.mode);
}
