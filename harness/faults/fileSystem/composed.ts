import { constants, type PathLike } from 'node:fs';
import type { CompositeName, Operation } from '../interceptor.js';
import type { Position } from '../primitives.js';
import { isDescriptor, isPath } from './arguments.js';
import { closing } from './composites/closing.js';
import { cp, cpOptionsOf } from './composites/cp.js';
import { mkdirRecursive } from './composites/mkdir.js';
import { readdir } from './composites/readdir.js';
import { readFile } from './composites/readFile.js';
import { rm, rmOptionsOf } from './composites/rm.js';
import { truncate } from './composites/truncate.js';
import { readv, writev } from './composites/vectors.js';
import { sourceOf, type WriteFileOptions, writeFile } from './composites/writeFile.js';
import { optionsOf } from './options.js';
import { call, type Script } from './script.js';
import { positionOf } from './transfers.js';

/** A call on its way: its script, and its name for the operations in it. */
export interface Composed {
  readonly within?: CompositeName;
  readonly script: Script<unknown>;
}

type Compose = (given: readonly unknown[], form: Operation['form']) => Composed;

/** Calls of `node:fs` that take several primitives, by the name of the callback form. */
export const composedCalls: Readonly<Record<string, Compose>> = {
  appendFile: ([target, data, given], form) => {
    const options = writeOptions({ flag: 'a', ...optionsOf(given) }, form);
    const source = sourceOf(data, options.encoding, form);
    return { within: 'appendFile', script: writeFile(fileOf(target), source, options) };
  },
  cp: ([from, to, given]) => ({
    within: 'cp',
    script: cp(from as PathLike, to as PathLike, cpOptionsOf(given)),
  }),
  lchmod: ([path, mode]) => ({ within: 'lchmod', script: lchmod(path, mode) }),
  mkdir: ([path, given]) => {
    const { recursive, mode } =
      typeof given === 'object' && given !== null
        ? (given as { recursive?: boolean; mode?: number })
        : { mode: (given ?? undefined) as number | undefined };
    if (recursive && isPath(path)) {
      return { within: 'mkdir', script: mkdirRecursive(path as PathLike, mode) };
    }
    return { script: call('mkdir', path as PathLike, mode) };
  },
  readdir: ([path, given], form) => {
    const options = optionsOf(given);
    const walk = form === 'promise' ? 'lastFirst' : 'breadthFirst';
    const script = readdir(path as PathLike, options, walk);
    return options.recursive ? { within: 'readdir', script } : { script };
  },
  readFile: ([source, given]) => ({
    within: 'readFile',
    script: readFile(fileOf(source), optionsOf(given)),
  }),
  readv: ([fd, views, at]) => ({
    within: 'readv',
    script: readv(fd as number, views as NodeJS.ArrayBufferView[], positionOf(at) as Position),
  }),
  rm: ([path, given]) => ({
    within: 'rm',
    script: rm(path as PathLike, rmOptionsOf(given)),
  }),
  rmdir: ([path, given]) => {
    if (!Reflect.get(Object(given ?? {}), 'recursive')) {
      return { script: call('rmdir', path as PathLike) };
    }
    return { within: 'rm', script: rm(path as PathLike, rmOptionsOf(given)) };
  },
  truncate: ([path, length]) => {
    if (isDescriptor(path)) return { script: call('ftruncate', path, (length ?? 0) as number) };
    return { within: 'truncate', script: truncate(path as PathLike, length as number) };
  },
  writeFile: ([target, data, given], form) => {
    const options = writeOptions(optionsOf(given), form);
    const source = sourceOf(data, options.encoding, form);
    return { within: 'writeFile', script: writeFile(fileOf(target), source, options) };
  },
  writev: ([fd, views, at]) => ({
    within: 'writev',
    script: writev(fd as number, views as NodeJS.ArrayBufferView[], positionOf(at) as Position),
  }),
};

function writeOptions(given: object, form: Operation['form']): WriteFileOptions {
  return { ...given, evenEmpty: form === 'callback' };
}

/** A path, a descriptor, or the descriptor of a FileHandle, ours or Node's. */
function fileOf(file: unknown): PathLike | number {
  const fd = typeof file === 'object' && file !== null ? Reflect.get(file, 'fd') : undefined;
  return typeof fd === 'number' ? fd : (file as PathLike | number);
}

/** Only macOS opens a link itself; elsewhere Node has no lchmod either. */
function* lchmod(path: unknown, mode: unknown): Script<void> {
  const flags = constants.O_WRONLY | (constants.O_SYMLINK ?? 0);
  const fd = yield* call('open', path as PathLike, flags, 0o666);
  yield* closing(fd, call('fchmod', fd, mode as number));
}
