import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { errnoError } from '../errno.js';
import type { Operation } from '../interceptor.js';
import type { PrimitiveName } from '../primitives.js';
import { errorKeys } from './quirks.js';

/** How a primitive's arguments name its subject. */
export type Subject = 'path' | 'pathDest' | 'targetPath' | 'prefix' | 'fd';

interface Shape {
  readonly syscall: string;
  readonly subject: Subject;
}

const onPath = (syscall: string): Shape => ({ syscall, subject: 'path' });
const onTwo = (syscall: string): Shape => ({ syscall, subject: 'pathDest' });
const onFd = (syscall: string): Shape => ({ syscall, subject: 'fd' });

/** What Node calls each primitive in its errors, and how it names what was being worked on. */
export const shapes: Readonly<Record<PrimitiveName, Shape>> = {
  access: onPath('access'),
  chmod: onPath('chmod'),
  chown: onPath('chown'),
  close: onFd('close'),
  copyFile: onTwo('copyfile'),
  fchmod: onFd('fchmod'),
  fchown: onFd('fchown'),
  fdatasync: onFd('fdatasync'),
  fstat: onFd('fstat'),
  fsync: onFd('fsync'),
  ftruncate: onFd('ftruncate'),
  futimes: onFd('futime'),
  lchown: onPath('lchown'),
  link: onTwo('link'),
  lstat: onPath('lstat'),
  lutimes: onPath('lutime'),
  mkdir: onPath('mkdir'),
  mkdtemp: { syscall: 'mkdtemp', subject: 'prefix' },
  open: onPath('open'),
  opendir: onPath('opendir'),
  read: onFd('read'),
  readdir: onPath('scandir'),
  readlink: onPath('readlink'),
  realpath: onPath('realpath'),
  rename: onTwo('rename'),
  rmdir: onPath('rmdir'),
  stat: onPath('stat'),
  statfs: onPath('statfs'),
  symlink: { syscall: 'symlink', subject: 'targetPath' },
  unlink: onPath('unlink'),
  utimes: onPath('utime'),
  watch: onPath('watch'),
  write: onFd('write'),
};

/** What a caller passed as a path, as text; undefined when it is no path at all. */
export function pathText(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (types.isUint8Array(path)) return Buffer.from(path).toString();
  return isFileUrl(path) ? fileURLToPath(path) : undefined;
}

/** By its looks, as Node does it: a URL may come from another realm. */
export function isFileUrl(value: unknown): value is URL {
  if (typeof value !== 'object' || value === null) return false;
  return (
    typeof Reflect.get(value, 'href') === 'string' && Reflect.get(value, 'protocol') === 'file:'
  );
}

/**
 * The error that Node would give if this operation failed so: on a descriptor without its path.
 *
 * @throws FlakehoundError `FAULTS_ERRNO` when this platform has no such code
 */
export function operationError(operation: Operation, code: string): NodeJS.ErrnoException {
  const { name, syscall, path, dest } = operation;
  const keys = errorKeys(operation);
  const isNameless = shapes[name].subject === 'fd' || keys?.includes('path') === false;
  const error = errnoError(code, isNameless ? { syscall } : { syscall, path, dest });
  return keys === undefined ? error : inOrder(error, keys);
}

function inOrder(error: NodeJS.ErrnoException, keys: readonly string[]): NodeJS.ErrnoException {
  const told: Record<string, unknown> = { ...error };
  for (const key of Object.keys(told)) Reflect.deleteProperty(error, key);
  for (const key of new Set([...keys, ...Object.keys(told)])) {
    if (key in told) Reflect.set(error, key, told[key]);
  }
  return error;
}
