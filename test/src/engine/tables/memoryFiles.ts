import { crc32 } from 'node:zlib';
import type { TablePlatform } from '../../../../src/engine/tables/tableFile.js';
import type { Files, OpenFile, OpenMode } from '../../../../src/ports/files.js';

/** Called before each call that a test may want to fail, with its name and path. */
export type BeforeCall = (call: string, path: string) => void;

/** Files in memory, which transfer as few bytes at a time as they are told to. */
export class MemoryFiles implements Files {
  readonly contents = new Map<string, Buffer>();
  /** The most that one call transfers. */
  mostAtOnce = Number.POSITIVE_INFINITY;
  before: BeforeCall = () => {};
  /** How many files are open. */
  openCount = 0;

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    this.before('open', path);
    const isThere = this.contents.has(path);
    if (mode === 'create' && isThere) throw errno('EEXIST', path);
    if (mode !== 'create' && !isThere) throw errno('ENOENT', path);
    if (mode === 'create') this.contents.set(path, Buffer.alloc(0));
    this.openCount++;
    return new MemoryFile(this, path);
  }

  async makeFolder(): Promise<void> {}

  async list(): Promise<readonly string[]> {
    return [...this.contents.keys()].sort();
  }

  async facts(path: string) {
    const content = this.contents.get(path);
    return content && { kind: 'file' as const, size: content.length, modifiedAt: 0 };
  }

  existsNow(path: string): boolean {
    return this.contents.has(path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.before('rename', from);
    const content = this.contents.get(from);
    if (!content) throw errno('ENOENT', from);
    this.contents.delete(from);
    this.contents.set(to, content);
  }

  async link(existing: string, to: string): Promise<void> {
    this.contents.set(to, this.contents.get(existing)!);
  }

  async unlink(path: string): Promise<void> {
    this.before('unlink', path);
    if (!this.contents.delete(path)) throw errno('ENOENT', path);
  }

  async syncFolder(path: string): Promise<void> {
    this.before('syncFolder', path);
  }

  join(...parts: string[]): string {
    return parts.join('/');
  }
}

class MemoryFile implements OpenFile {
  readonly path: string;
  readonly #files: MemoryFiles;
  readonly #name: string;
  #isOpen = true;

  constructor(files: MemoryFiles, path: string) {
    this.#files = files;
    this.path = path;
    this.#name = path;
  }

  readNow(into: Uint8Array, offset: number, length: number, at: number): number {
    this.#files.before('read', this.#name);
    this.#mustBeOpen();
    const content = this.#files.contents.get(this.#name) ?? Buffer.alloc(0);
    const most = Math.min(length, this.#files.mostAtOnce);
    return content.copy(into, offset, at, Math.min(at + most, content.length));
  }

  async read(into: Uint8Array, offset: number, length: number, at: number): Promise<number> {
    return this.readNow(into, offset, length, at);
  }

  writeNow(from: Uint8Array, offset: number, length: number, at: number): number {
    this.#files.before('write', this.#name);
    this.#mustBeOpen();
    const old = this.#files.contents.get(this.#name)!;
    const count = Math.min(length, this.#files.mostAtOnce);
    const content = resized(old, Math.max(old.length, at + count));
    content.set(from.subarray(offset, offset + count), at);
    this.#files.contents.set(this.#name, content);
    return count;
  }

  async write(from: Uint8Array, offset: number, length: number, at: number): Promise<number> {
    return this.writeNow(from, offset, length, at);
  }

  async dataSync(): Promise<void> {
    this.dataSyncNow();
  }

  dataSyncNow(): void {
    this.#files.before('dataSync', this.#name);
  }

  async sync(): Promise<void> {
    this.#files.before('sync', this.#name);
  }

  async truncate(length: number): Promise<void> {
    this.#files.contents.set(this.#name, this.#files.contents.get(this.#name)!.subarray(0, length));
  }

  async size(): Promise<number> {
    return this.#files.contents.get(this.#name)!.length;
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#files.openCount--;
    this.#files.before('close', this.#name);
  }

  #mustBeOpen(): void {
    if (!this.#isOpen) throw errno('EBADF', this.path);
  }
}

/** Longer bytes that share their memory with the old ones where it reaches. */
function resized(old: Buffer, length: number): Buffer {
  if (old.byteOffset === 0 && old.buffer.byteLength >= length) {
    return Buffer.from(old.buffer, 0, length);
  }
  const memory = new ArrayBuffer(Math.max(length * 2, 4096));
  old.copy(Buffer.from(memory));
  return Buffer.from(memory, 0, length);
}

/** What a platform's file system answers that can't do what it was asked for. */
export function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: '${path}'`), { code });
}

/** A platform for tables, all in memory. */
export function memoryPlatform(): TablePlatform & { readonly files: MemoryFiles } {
  return {
    files: new MemoryFiles(),
    crc32: (bytes, from, to, seed) => crc32(bytes.subarray(from, to), seed),
  };
}
