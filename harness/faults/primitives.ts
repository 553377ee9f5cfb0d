import type { BigIntStats, Dirent, FSWatcher, PathLike, Stats, WatchOptions } from 'node:fs';

/** How many bytes stand where; `null` is the descriptor's own position. */
export type Position = number | bigint | null;

/**
 * The calls that reach a file system one at a time, named as in `node:fs`. Everything else there
 * (writeFile, truncate, streams, rm, FileHandle …) is composed of them, so a fault or a crash can fall between
 * the open, the writes and the close of one `writeFile`.
 *
 * Calls on descriptors take the number that `open` gave. Each throws as Node words it.
 */
export interface Primitives {
  access(path: PathLike, mode: number): void;
  chmod(path: PathLike, mode: number | string): void;
  chown(path: PathLike, uid: number, gid: number): void;
  close(fd: number): void;
  copyFile(from: PathLike, to: PathLike, mode: number): void;
  fchmod(fd: number, mode: number | string): void;
  fchown(fd: number, uid: number, gid: number): void;
  fdatasync(fd: number): void;
  fstat(fd: number, options: { bigint: boolean }): Stats | BigIntStats;
  fsync(fd: number): void;
  ftruncate(fd: number, length: number): void;
  futimes(fd: number, atime: number | string | Date, mtime: number | string | Date): void;
  lchown(path: PathLike, uid: number, gid: number): void;
  link(existing: PathLike, path: PathLike): void;
  lstat(path: PathLike, options: { bigint: boolean }): Stats | BigIntStats;
  lutimes(path: PathLike, atime: number | string | Date, mtime: number | string | Date): void;
  /** One level only: `recursive` is composed. */
  mkdir(path: PathLike, mode: number | string | undefined): void;
  mkdtemp(prefix: string): string;
  open(path: PathLike, flags: string | number, mode: number | string | undefined): number;
  /** Every entry, as `readdir`; apart from it because Node words its errors with `opendir`. */
  opendir(path: PathLike): Dirent[];
  /** @returns bytes read, 0 at the end */
  read(
    fd: number,
    into: NodeJS.ArrayBufferView,
    offset: number,
    length: number,
    at: Position,
  ): number;
  /** With `buffer` the names are bytes, where the backend can tell them apart from UTF-8. */
  readdir(path: PathLike, encoding?: 'buffer'): Dirent[];
  /** @returns the target as bytes, since a name need not be UTF-8 */
  readlink(path: PathLike): Buffer;
  /** `native` words errors as the system's realpath does, else as Node's own, by lstat. */
  realpath(path: PathLike, native?: boolean): string;
  rename(from: PathLike, to: PathLike): void;
  rmdir(path: PathLike): void;
  stat(path: PathLike, options: { bigint: boolean }): Stats | BigIntStats;
  statfs(path: PathLike, options: { bigint: boolean }): unknown;
  symlink(target: PathLike, path: PathLike, type: string | null | undefined): void;
  unlink(path: PathLike): void;
  utimes(path: PathLike, atime: number | string | Date, mtime: number | string | Date): void;
  watch(path: PathLike, options: WatchOptions): FSWatcher;
  /** @returns bytes written; fewer than asked for is legal */
  write(
    fd: number,
    from: NodeJS.ArrayBufferView,
    offset: number,
    length: number,
    at: Position,
  ): number;
}

export type PrimitiveName = keyof Primitives;

/** The same calls by promise. `watch` has no asynchronous form. */
export type AsyncPrimitives = {
  [Name in Exclude<PrimitiveName, 'watch'>]: (
    ...args: Parameters<Primitives[Name]>
  ) => Promise<ReturnType<Primitives[Name]>>;
};

/** A file system to build on: the real one, a memfs volume, a crash model's disk. */
export interface Backend {
  /** For messages: `node:fs`, `memfs`, `disk`. */
  readonly name: string;
  readonly sync: Primitives;
  readonly async: AsyncPrimitives;
}
