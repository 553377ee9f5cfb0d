import type { Dirent, FSWatcher, PathLike, Stats } from 'node:fs';
import { constants } from 'node:fs';
import { resolve, sep } from 'node:path';
import { errnoError, isErrno } from '../errno.js';
import { pathText, shapes } from '../fileSystem/syscalls.js';
import { lazyObject } from '../lazyObject.js';
import type { AsyncPrimitives, Backend, PrimitiveName, Primitives } from '../primitives.js';
import { renameRefusal } from './memfsRename.js';

type AnyCall = (...args: readonly unknown[]) => unknown;

/** What we need of a memfs `Volume`; taken by shape, so that any copy of memfs 4 will do. */
export interface MemoryVolume {
  readonly openSync: unknown;
  readonly writeSync: unknown;
  readonly readdirSync: unknown;
}

/**
 * A memfs volume. Its asynchronous primitives take effect when they are called and are answered
 * later; its errors are reworded where memfs words them otherwise than Node.
 */
export function memfsBackend(volume: MemoryVolume): Backend {
  const ours = primitivesOf(volume) as Readonly<Record<string, AnyCall | undefined>>;
  const sync = lazyObject<Record<PrimitiveName, AnyCall>>(names, (name) => {
    const primitive = ours[name] ?? plain(volume, `${name}Sync`);
    return reworded(name as PrimitiveName, primitive);
  });
  const asynchronous = lazyObject<AsyncPrimitives>(asyncNames, (name) => {
    const primitive = sync[name as PrimitiveName];
    return async (...args: readonly unknown[]) => primitive(...args);
  });
  return { name: 'memfs', sync: sync as unknown as Primitives, async: asynchronous };
}

const names: ReadonlySet<string> = new Set(Object.keys(shapes));
const asyncNames: ReadonlySet<string> = new Set([...names].filter((name) => name !== 'watch'));

function plain(volume: MemoryVolume, name: string): AnyCall {
  const method = Reflect.get(volume, name) as AnyCall;
  return (...args) => method.apply(volume, [...args]);
}

/** Those that memfs does otherwise than the port asks. */
function primitivesOf(volume: MemoryVolume): Partial<Primitives> {
  const memfs =
    (name: string): AnyCall =>
    (...args) =>
      plain(volume, name)(...args);
  const access = new Access();
  const [open, close, read] = [memfs('openSync'), memfs('closeSync'), memfs('readSync')];
  const [write, ftruncate, stat] = [memfs('writeSync'), memfs('ftruncateSync'), memfs('fstatSync')];
  const [readdir, mkdir] = [memfs('readdirSync'), memfs('mkdirSync')];
  const [rename, unlink] = [memfs('renameSync'), memfs('unlinkSync')];
  /** memfs says where a link led; Node keeps to the path that was asked for. */
  const list = (path: PathLike): Dirent[] => {
    const parentPath = pathText(path) as string;
    const entries = readdir(path, { withFileTypes: true }) as Dirent[];
    return entries.map((entry) => Object.assign(entry, { parentPath, path: parentPath }));
  };
  const lstat = memfs('lstatSync') as (path: unknown) => Stats;
  return {
    close: (fd) => {
      close(fd);
      access.closed(fd);
    },
    ftruncate: (fd, length) => {
      if (!access.mayWrite(fd)) throw errnoError('EINVAL', { syscall: 'ftruncate' });
      ftruncate(fd, length);
    },
    mkdir: (path, mode) => void mkdir(path, mode === undefined ? undefined : { mode }),
    open: (path, flags, mode) => {
      const fd = open(path, flags, mode) as number;
      access.opened(fd, flags);
      return fd;
    },
    opendir: list,
    read: (fd, into, offset, length, at) => {
      if (!access.mayRead(fd)) throw errnoError('EBADF', { syscall: 'read' });
      const stats = stat(fd) as Stats;
      if (stats.isDirectory()) throw errnoError('EISDIR', { syscall: 'read' });
      return read(fd, into, offset, length, at) as number;
    },
    readdir: list,
    readlink: (path) => {
      if (!lstat(path).isSymbolicLink()) throw coded('EINVAL');
      return memfs('readlinkSync')(path, 'buffer') as Buffer;
    },
    realpath: (path, native) => {
      if (!native) checkEachPart(pathText(path) as string, lstat);
      return memfs('realpathSync')(path) as string;
    },
    rename: (from, to) => {
      const [source, target] = [pathText(from) as string, pathText(to) as string];
      const refusal = renameRefusal(source, target, { lstat, names: (at) => readdir(at) as [] });
      if (refusal === 'same') return;
      if (refusal !== undefined) throw coded(refusal);
      rename(from, to);
    },
    unlink: (path) => {
      // As Linux says it; memfs says EPERM, as macOS does.
      if (process.platform === 'linux' && lstat(path).isDirectory()) throw coded('EISDIR');
      unlink(path);
    },
    watch: (path, options) => memfs('watch')(path, options) as FSWatcher,
    write: (fd, from, offset, length, at) => {
      if (!access.mayWrite(fd)) throw errnoError('EBADF', { syscall: 'write' });
      return write(fd, from, offset, length, at ?? undefined) as number;
    },
  };
}

/** Which descriptors may be read and written, since memfs doesn't mind. */
class Access {
  private readonly modes = new Map<number, { reads: boolean; writes: boolean }>();

  opened(fd: number, flags: string | number): void {
    this.modes.set(fd, modeOf(flags));
  }

  closed(fd: number): void {
    this.modes.delete(fd);
  }

  mayRead(fd: number): boolean {
    return this.modes.get(fd)?.reads ?? true;
  }

  mayWrite(fd: number): boolean {
    return this.modes.get(fd)?.writes ?? true;
  }
}

function modeOf(flags: string | number): { reads: boolean; writes: boolean } {
  if (typeof flags === 'string') {
    return {
      reads: flags.includes('r') || flags.includes('+'),
      writes: !flags.startsWith('r') || flags.includes('+'),
    };
  }
  const mode = flags & (constants.O_RDONLY | constants.O_WRONLY | constants.O_RDWR);
  return { reads: mode !== constants.O_WRONLY, writes: mode !== constants.O_RDONLY };
}

/** Errors that are in Node's words already. */
const wordedErrors = new WeakSet<Error>();

function worded(error: Error): Error {
  wordedErrors.add(error);
  return error;
}

/** Node's own realpath walks down by lstat, and names the part that it came to grief at. */
function checkEachPart(path: string, lstat: (path: string) => unknown): void {
  const parts = resolve(path).split(sep);
  for (let count = 2; count <= parts.length; count++) {
    const part = parts.slice(0, count).join(sep);
    try {
      lstat(part);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw worded(errnoError(code as string, { syscall: 'lstat', path: part }));
    }
  }
}

/** An error to be worded where the caller's arguments are known. */
function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** The same primitive, with errors in Node's words for what the caller passed. */
function reworded(name: PrimitiveName, primitive: AnyCall): AnyCall {
  return (...args) => {
    try {
      return primitive(...args);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (typeof code !== 'string' || !isErrno(code) || wordedErrors.has(error as Error))
        throw error;
      const { syscall, subject } = shapes[name];
      if (subject === 'fd') throw errnoError(code, { syscall });
      const path = pathText(args[0]);
      if (subject === 'path') throw errnoError(code, { syscall, path });
      if (subject === 'prefix') throw errnoError(code, { syscall, path: `${path}XXXXXX` });
      throw errnoError(code, { syscall, path, dest: pathText(args[1]) });
    }
  };
}
