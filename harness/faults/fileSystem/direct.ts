import { constants } from 'node:fs';
import { lengthOf } from './composites/truncate.js';
import type { AsyncName } from './gate.js';
import { bigintOf, encodeName, optionsOf } from './options.js';

/** A call of `node:fs` that is one primitive. */
export interface Direct {
  readonly primitive: AsyncName;
  /** Where it takes no options: how many arguments come before the callback. */
  readonly arity?: number;
  /** The primitive's arguments, with Node's defaults in place. */
  args(given: readonly unknown[]): readonly unknown[];
  /** What the caller gets. */
  result?(value: unknown, given: readonly unknown[]): unknown;
}

const asGiven = (primitive: AsyncName, count: number): Direct => ({
  primitive,
  arity: count,
  args: (given) => given.slice(0, count),
});

const stats = (primitive: AsyncName): Direct => ({
  primitive,
  args: ([subject, options]) => [subject, bigintOf(options)],
});

const inEncoding = (value: unknown, options: unknown): unknown =>
  encodeName(value as string | Buffer, optionsOf(options).encoding);

/** By the name of the callback form. */
export const directCalls: Readonly<Record<string, Direct>> = {
  access: {
    primitive: 'access',
    args: ([path, mode]) => [path, mode ?? constants.F_OK],
  },
  chmod: asGiven('chmod', 2),
  chown: asGiven('chown', 3),
  close: asGiven('close', 1),
  copyFile: { primitive: 'copyFile', args: ([from, to, mode]) => [from, to, mode ?? 0] },
  fchmod: asGiven('fchmod', 2),
  fchown: asGiven('fchown', 3),
  fdatasync: asGiven('fdatasync', 1),
  fstat: stats('fstat'),
  fsync: asGiven('fsync', 1),
  ftruncate: { primitive: 'ftruncate', args: ([fd, length]) => [fd, lengthOf(length as number)] },
  futimes: asGiven('futimes', 3),
  lchown: asGiven('lchown', 3),
  link: asGiven('link', 2),
  lstat: stats('lstat'),
  lutimes: asGiven('lutimes', 3),
  mkdtemp: {
    primitive: 'mkdtemp',
    args: ([prefix]) => [prefix],
    result: (path, [, options]) => inEncoding(path, options),
  },
  open: {
    primitive: 'open',
    args: ([path, flags, mode]) => [path, flags ?? 'r', mode ?? 0o666],
  },
  readlink: {
    primitive: 'readlink',
    args: ([path]) => [path],
    result: (target, [, options]) => inEncoding(target, options),
  },
  realpath: {
    primitive: 'realpath',
    args: ([path]) => [path, false],
    result: (path, [, options]) => inEncoding(path, options),
  },
  rename: asGiven('rename', 2),
  stat: stats('stat'),
  statfs: stats('statfs'),
  symlink: { primitive: 'symlink', args: ([target, path, type]) => [target, path, type] },
  unlink: asGiven('unlink', 1),
  utimes: asGiven('utimes', 3),
};

/** `realpath.native`, and the promise form, which is native too. */
export const nativeRealpath: Direct = {
  ...(directCalls.realpath as Direct),
  args: ([path]) => [path, true],
};
