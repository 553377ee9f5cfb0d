import type { Dir, Dirent } from 'node:fs';
import { nodeFs as fs } from '../nodeFs.js';
import type { AsyncPrimitives, Backend, Primitives } from '../primitives.js';

type Answer<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

const sync: Primitives = {
  access: fs.accessSync,
  chmod: fs.chmodSync,
  chown: fs.chownSync,
  close: fs.closeSync,
  copyFile: fs.copyFileSync,
  fchmod: fs.fchmodSync,
  fchown: fs.fchownSync,
  fdatasync: fs.fdatasyncSync,
  fstat: fs.fstatSync,
  fsync: fs.fsyncSync,
  ftruncate: fs.ftruncateSync,
  futimes: fs.futimesSync,
  lchown: fs.lchownSync,
  link: fs.linkSync,
  lstat: (path, options) => fs.lstatSync(path, options),
  lutimes: fs.lutimesSync,
  mkdir: (path, mode) => void fs.mkdirSync(path, mode),
  mkdtemp: (prefix) => fs.mkdtempSync(prefix),
  open: fs.openSync,
  opendir: (path) => {
    const dir = fs.opendirSync(path);
    try {
      const entries: Dirent[] = [];
      for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) entries.push(entry);
      return entries;
    } finally {
      dir.closeSync();
    }
  },
  read: (fd, into, offset, length, at) => fs.readSync(fd, into, offset, length, at as number),
  readdir: (path, encoding) => fs.readdirSync(path, listing(encoding)),
  readlink: (path) => fs.readlinkSync(path, 'buffer'),
  realpath: (path, native) => (native ? fs.realpathSync.native : fs.realpathSync)(path),
  rename: fs.renameSync,
  rmdir: (path) => fs.rmdirSync(path),
  stat: (path, options) => fs.statSync(path, options),
  statfs: (path, options) => fs.statfsSync(path, options),
  symlink: (target, path, type) => fs.symlinkSync(target, path, type as 'file'),
  unlink: fs.unlinkSync,
  utimes: fs.utimesSync,
  watch: (path, options) => fs.watch(path, options),
  write: (fd, from, offset, length, at) => fs.writeSync(fd, from, offset, length, at as number),
};

const asynchronous: AsyncPrimitives = {
  access: (path, mode) => by((answer) => fs.access(path, mode, answer)),
  chmod: (path, mode) => by((answer) => fs.chmod(path, mode, answer)),
  chown: (path, uid, gid) => by((answer) => fs.chown(path, uid, gid, answer)),
  close: (fd) => by((answer) => fs.close(fd, answer)),
  copyFile: (from, to, mode) => by((answer) => fs.copyFile(from, to, mode, answer)),
  fchmod: (fd, mode) => by((answer) => fs.fchmod(fd, mode, answer)),
  fchown: (fd, uid, gid) => by((answer) => fs.fchown(fd, uid, gid, answer)),
  fdatasync: (fd) => by((answer) => fs.fdatasync(fd, answer)),
  fstat: (fd, options) => by((answer) => fs.fstat(fd, options, answer)),
  fsync: (fd) => by((answer) => fs.fsync(fd, answer)),
  ftruncate: (fd, length) => by((answer) => fs.ftruncate(fd, length, answer)),
  futimes: (fd, atime, mtime) => by((answer) => fs.futimes(fd, atime, mtime, answer)),
  lchown: (path, uid, gid) => by((answer) => fs.lchown(path, uid, gid, answer)),
  link: (existing, path) => by((answer) => fs.link(existing, path, answer)),
  lstat: (path, options) => by((answer) => fs.lstat(path, options, answer)),
  lutimes: (path, atime, mtime) => by((answer) => fs.lutimes(path, atime, mtime, answer)),
  mkdir: (path, mode) => by((answer) => fs.mkdir(path, mode, answer)),
  mkdtemp: (prefix) => by((answer) => fs.mkdtemp(prefix, answer)),
  open: (path, flags, mode) => by((answer) => fs.open(path, flags, mode, answer)),
  opendir: async (path) => entriesOf(await by((answer) => fs.opendir(path, answer))),
  read: (fd, into, offset, length, at) =>
    by((answer) => fs.read(fd, into, offset, length, at, answer)),
  readdir: (path, encoding) => by((answer) => fs.readdir(path, listing(encoding), answer)),
  readlink: (path) => by((answer) => fs.readlink(path, 'buffer', answer)),
  realpath: (path, native) =>
    by((answer) => (native ? fs.realpath.native : fs.realpath)(path, answer)),
  rename: (from, to) => by((answer) => fs.rename(from, to, answer)),
  rmdir: (path) => by((answer) => fs.rmdir(path, answer)),
  stat: (path, options) => by((answer) => fs.stat(path, options, answer)),
  statfs: (path, options) => by((answer) => fs.statfs(path, options, answer)),
  symlink: (target, path, type) => by((answer) => fs.symlink(target, path, type as 'file', answer)),
  unlink: (path) => by((answer) => fs.unlink(path, answer)),
  utimes: (path, atime, mtime) => by((answer) => fs.utimes(path, atime, mtime, answer)),
  write: (fd, from, offset, length, at) =>
    by((answer) => fs.write(fd, from, offset, length, at as number, answer)),
};

/**
 * The real file system. Its functions were looked up when this module was loaded, so it stays real
 * though `node:fs` be patched afterwards.
 */
export const nodeBackend: Backend = { name: 'node:fs', sync, async: asynchronous };

/** Wrong arguments reject, too: what Node throws at once is thrown inside the promise. */
function by<T>(ask: (answer: Answer<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, value) => (error ? reject(error) : resolve(value)));
  });
}

async function entriesOf(dir: Dir): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  for await (const entry of dir) entries.push(entry);
  return entries;
}

/** The type tells of names as text; with `buffer` they are bytes, as the port allows. */
function listing(encoding: 'buffer' | undefined) {
  return { withFileTypes: true, ...(encoding && { encoding: encoding as 'utf8' }) } as const;
}
