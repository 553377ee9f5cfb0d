import { posix } from 'node:path';
import type { Files, OpenFile } from '../../../src/ports/files.js';

/** What lies in one folder, by name. The bytes are never changed in place. */
export type Image = ReadonlyMap<string, Uint8Array>;

/** Files in memory which begin as an image, and that image as it is by now. */
export interface ImageFiles {
  readonly files: Files;
  image(): Image;
  /** Files that are open. */
  readonly open: number;
}

/** One file; several names may lead to it. */
interface Content {
  bytes: Uint8Array;
  size: number;
  /** Whether `bytes` may be written to: those of the image may not. */
  isOwn: boolean;
}

/**
 * The port over one folder, with as little around it as a million opens ask for: memfs takes forty
 * times as long to be filled. What is in folders below it is kept by its path.
 */
export function imageFiles(image: Image, folder = '/data'): ImageFiles {
  const contents = new Map<string, Content>();
  for (const [name, bytes] of image) {
    contents.set(`${folder}/${name}`, { bytes, size: bytes.length, isOwn: false });
  }
  const folders = new Set<string>(['/', folder]);
  let open = 0;
  const at = (path: string, call: string): Content => {
    const content = contents.get(path);
    if (content !== undefined) return content;
    const isBelowFile = contents.has(posix.dirname(path));
    throw errno(folders.has(path) ? 'EISDIR' : isBelowFile ? 'ENOTDIR' : 'ENOENT', call, path);
  };
  const files: Files = {
    async open(path, mode) {
      if (mode === 'create') {
        if (contents.has(path) || folders.has(path)) throw errno('EEXIST', 'open', path);
        if (!folders.has(posix.dirname(path))) throw errno('ENOENT', 'open', path);
        contents.set(path, { bytes: new Uint8Array(0), size: 0, isOwn: true });
      }
      const content = at(path, 'open');
      open++;
      return openFile(path, content, () => open--);
    },
    async makeFolder(path) {
      folders.add(path);
    },
    async list(path) {
      if (!folders.has(path)) throw errno('ENOENT', 'scandir', path);
      const names = [...contents.keys(), ...folders].filter(
        (one) => posix.dirname(one) === path && one !== '/',
      );
      return names.map((one) => posix.basename(one)).sort();
    },
    async facts(path) {
      if (folders.has(path)) return { kind: 'folder', size: 0, modifiedAt: 0 };
      const content = contents.get(path);
      return content === undefined
        ? undefined
        : { kind: 'file', size: content.size, modifiedAt: 0 };
    },
    existsNow: (path) => contents.has(path) || folders.has(path),
    async rename(from, to) {
      const content = at(from, 'rename');
      contents.delete(from);
      contents.set(to, content);
    },
    async link(existing, to) {
      const content = at(existing, 'link');
      if (contents.has(to)) throw errno('EEXIST', 'link', to);
      contents.set(to, content);
    },
    async unlink(path) {
      at(path, 'unlink');
      contents.delete(path);
    },
    async syncFolder(path) {
      if (!folders.has(path)) throw errno('ENOENT', 'open', path);
    },
    join: posix.join,
  };
  return {
    files,
    image: () => {
      const now = new Map<string, Uint8Array>();
      for (const [path, { bytes, size }] of contents) {
        now.set(posix.relative(folder, path), bytes.slice(0, size));
      }
      return now;
    },
    get open() {
      return open;
    },
  };
}

function openFile(path: string, content: Content, closed: () => void): OpenFile {
  let isOpen = true;
  const check = (call: string): void => {
    if (!isOpen) throw errno('EBADF', call, path);
  };
  const readNow: OpenFile['readNow'] = (into, offset, length, from) => {
    check('read');
    const count = Math.max(0, Math.min(length, content.size - from));
    into.set(content.bytes.subarray(from, from + count), offset);
    return count;
  };
  const writeNow: OpenFile['writeNow'] = (from, offset, length, to) => {
    check('write');
    resize(content, Math.max(content.size, to + length));
    content.bytes.set(from.subarray(offset, offset + length), to);
    return length;
  };
  return {
    path,
    read: async (into, offset, length, from) => readNow(into, offset, length, from),
    readNow,
    write: async (from, offset, length, to) => writeNow(from, offset, length, to),
    writeNow,
    dataSync: async () => check('fdatasync'),
    dataSyncNow: () => check('fdatasync'),
    sync: async () => check('fsync'),
    truncate: async (length) => {
      check('ftruncate');
      resize(content, length);
    },
    size: async () => {
      check('fstat');
      return content.size;
    },
    close: async () => {
      if (isOpen) closed();
      isOpen = false;
    },
  };
}

/** Makes the bytes writable, and as many as asked for; new ones are zeros. */
function resize(content: Content, size: number): void {
  const { bytes } = content;
  if (!content.isOwn || bytes.length < size) {
    const grown = new Uint8Array(content.isOwn ? Math.max(size, bytes.length * 2) : size);
    grown.set(bytes.subarray(0, Math.min(content.size, size)));
    content.bytes = grown;
    content.isOwn = true;
  } else if (size < content.size) {
    bytes.fill(0, size, content.size);
  }
  content.size = size;
}

function errno(code: string, syscall: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${syscall} '${path}'`), { code, syscall, path });
}
