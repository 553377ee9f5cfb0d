import type { Bytes, Instant } from '../units.js';

/** How a file is opened: to read; to read and write one that is there; to make one that is not. */
export type OpenMode = 'read' | 'update' | 'create';

/**
 * A file that is open. Calls come in two forms: the plain one waits in the background, the one
 * ending in `Now` holds the event loop and costs no thread switch (some 40 µs on the machines where
 * it was measured), which is why the log's small commits take it. Both may transfer fewer bytes
 * than asked for.
 *
 * @throws NodeJS.ErrnoException from every call, as the platform words it
 */
export interface OpenFile {
  readonly path: string;
  read(into: Uint8Array, offset: number, length: Bytes, at: Bytes): Promise<Bytes>;
  readNow(into: Uint8Array, offset: number, length: Bytes, at: Bytes): Bytes;
  write(from: Uint8Array, offset: number, length: Bytes, at: Bytes): Promise<Bytes>;
  writeNow(from: Uint8Array, offset: number, length: Bytes, at: Bytes): Bytes;
  /** Makes the file's bytes durable, and of its metadata only what reading them back needs. */
  dataSync(): Promise<void>;
  dataSyncNow(): void;
  /** Makes the file's bytes and metadata durable. */
  sync(): Promise<void>;
  truncate(length: Bytes): Promise<void>;
  size(): Promise<Bytes>;
  close(): Promise<void>;
}

/** What the store asks of a file system before it opens a file. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: Bytes;
  readonly modifiedAt: Instant;
}

/**
 * The files of the world. Paths are the platform's own, absolute.
 *
 * @throws NodeJS.ErrnoException from every call, as the platform words it
 */
export interface Files {
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  /** Makes the folder and those above it that are missing. */
  makeFolder(path: string): Promise<void>;
  /** The names in a folder, sorted. */
  list(path: string): Promise<readonly string[]>;
  /** `undefined` when nothing is there. */
  facts(path: string): Promise<FileFacts | undefined>;
  existsNow(path: string): boolean;
  rename(from: string, to: string): Promise<void>;
  /** A second name for a file; fails with EEXIST where one is taken. */
  link(existing: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Makes the folder's entries durable; does nothing where the platform has no such call. */
  syncFolder(path: string): Promise<void>;
  join(...parts: string[]): string;
}
