import type { PrimitiveName } from './primitives.js';

/** Calls of `node:fs` that are composed of several primitives. */
export const compositeNames = [
  'appendFile',
  'cp',
  'createReadStream',
  'createWriteStream',
  'exists',
  'lchmod',
  'mkdir',
  'readFile',
  'readdir',
  'readv',
  'rm',
  'truncate',
  'watchFile',
  'writeFile',
  'writev',
] as const;

export type CompositeName = (typeof compositeNames)[number];

/** One primitive about to happen. */
export interface Operation {
  readonly name: PrimitiveName;
  /** As Node puts it in errors: `scandir` for readdir, `utime` for utimes … */
  readonly syscall: string;
  /** What the caller passed; for calls on a descriptor, what it was opened with. */
  readonly path?: string;
  /** The second path of rename, link, symlink and copyFile. */
  readonly dest?: string;
  readonly fd?: number;
  /** The call that the user wrote, where it isn't the primitive itself. */
  readonly within?: CompositeName;
  readonly form: 'sync' | 'callback' | 'promise';
  /** In the order of {@link Primitives}. */
  readonly args: readonly unknown[];
}

/**
 * Stands between a file system's callers and its backend, and sees each primitive once. It may let
 * it proceed, with other arguments (a shorter write), answer by itself, throw, or wait.
 */
export interface Interceptor {
  sync<T>(operation: Operation, proceed: (args?: readonly unknown[]) => T): T;
  async<T>(operation: Operation, proceed: (args?: readonly unknown[]) => Promise<T>): Promise<T>;
}

/** Lets everything pass. */
export const passThrough: Interceptor = {
  sync: (_operation, proceed) => proceed(),
  async: (_operation, proceed) => proceed(),
};
