import fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileFacts, Files, OpenFile, OpenMode } from '../ports/files.js';
import type { Bytes } from '../units.js';
import type { NodeFs } from './nodeFs.js';

const flagsOf: Readonly<Record<OpenMode, string>> = { read: 'r', update: 'r+', create: 'wx+' };

/** What a file system answers that can't sync a folder; whatever else it answers is a failure. */
const foldersNotSynced: ReadonlySet<string | undefined> = new Set([
  'EINVAL',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
]);

/**
 * The files of this machine, or of anything shaped as `node:fs`.
 *
 * @param over - a memfs volume, say, or a file system that fails as planned
 */
export function nodeFiles(over: NodeFs = fs, platform: string = process.platform): Files {
  const open = (path: string, flags: string) =>
    new Promise<number>((resolve, reject) => {
      over.open(path, flags, 0o666, (error, fd) => (error ? reject(error) : resolve(fd)));
    });
  const done = (call: (settle: (error: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => {
      call((error) => (error ? reject(error) : resolve()));
    });
  // Node's own way to make those above waits for ever where a folder that is there takes none, as in
  // /proc.
  const makeFolder = async (path: string): Promise<void> => {
    const make = (recursive: boolean) => done((settle) => over.mkdir(path, { recursive }, settle));
    // What is there already is well if it is a folder.
    const makeOne = () =>
      make(false).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        return make(true);
      });
    try {
      await makeOne();
    } catch (error) {
      const above = dirname(path);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) throw error;
      await makeFolder(above);
      await makeOne();
    }
  };
  return {
    open: async (path, mode) => new NodeFile(over, path, await open(path, flagsOf[mode])),
    makeFolder,
    list: (path) =>
      new Promise((resolve, reject) => {
        over.readdir(path, (error, names) => (error ? reject(error) : resolve([...names].sort())));
      }),
    facts: (path) =>
      new Promise<FileFacts | undefined>((resolve, reject) => {
        over.stat(path, (error, stats) => {
          if (error) {
            if (error.code === 'ENOENT') resolve(undefined);
            else reject(error);
            return;
          }
          const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
          resolve({ kind, size: stats.size, modifiedAt: stats.mtimeMs });
        });
      }),
    // Not `existsSync`: that takes a file which it may not look at for one that isn't there.
    existsNow: (path) => over.statSync(path, { throwIfNoEntry: false }) !== undefined,
    rename: (from, to) => done((settle) => over.rename(from, to, settle)),
    link: (existing, to) => done((settle) => over.link(existing, to, settle)),
    unlink: (path) => done((settle) => over.unlink(path, settle)),
    async syncFolder(path) {
      if (platform === 'win32') return;
      const fd = await open(path, 'r');
      try {
        await done((settle) => over.fsync(fd, settle)).catch((error: NodeJS.ErrnoException) => {
          if (!foldersNotSynced.has(error.code)) throw error;
        });
      } finally {
        await done((settle) => over.close(fd, settle));
      }
    },
    join,
  };
}

class NodeFile implements OpenFile {
  readonly path: string;
  readonly #fs: NodeFs;
  /** Below 0 once closed: its number may be another file's by then. */
  #fd: number;

  constructor(over: NodeFs, path: string, fd: number) {
    this.#fs = over;
    this.path = path;
    this.#fd = fd;
  }

  read(into: Uint8Array, offset: number, length: Bytes, at: Bytes): Promise<Bytes> {
    return new Promise((resolve, reject) => {
      this.#fs.read(this.#fd, into, offset, length, at, (error, count) =>
        error ? reject(error) : resolve(count),
      );
    });
  }

  readNow(into: Uint8Array, offset: number, length: Bytes, at: Bytes): Bytes {
    return this.#fs.readSync(this.#fd, into, offset, length, at);
  }

  write(from: Uint8Array, offset: number, length: Bytes, at: Bytes): Promise<Bytes> {
    return new Promise((resolve, reject) => {
      this.#fs.write(this.#fd, from, offset, length, at, (error, count) =>
        error ? reject(error) : resolve(count),
      );
    });
  }

  writeNow(from: Uint8Array, offset: number, length: Bytes, at: Bytes): Bytes {
    return this.#fs.writeSync(this.#fd, from, offset, length, at);
  }

  dataSync(): Promise<void> {
    return this.#done((settle) => this.#fs.fdatasync(this.#fd, settle));
  }

  dataSyncNow(): void {
    this.#fs.fdatasyncSync(this.#fd);
  }

  sync(): Promise<void> {
    return this.#done((settle) => this.#fs.fsync(this.#fd, settle));
  }

  truncate(length: Bytes): Promise<void> {
    return this.#done((settle) => this.#fs.ftruncate(this.#fd, length, settle));
  }

  size(): Promise<Bytes> {
    return new Promise((resolve, reject) => {
      this.#fs.fstat(this.#fd, (error, stats) => (error ? reject(error) : resolve(stats.size)));
    });
  }

  async close(): Promise<void> {
    const fd = this.#fd;
    if (fd < 0) return;
    // Whatever `close` answers, the descriptor is gone.
    this.#fd = -1;
    await this.#done((settle) => this.#fs.close(fd, settle));
  }

  #done(call: (settle: (error: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      call((error) => (error ? reject(error) : resolve()));
    });
  }
}
