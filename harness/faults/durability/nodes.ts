/** Names an inode of a {@link Disk}; the root directory is 1. */
export type Ino = number;

export const rootIno: Ino = 1;

/** What an inode carries beside its content. Never lost in a crash: see MODEL.md. */
export interface Attributes {
  /** Permission bits, without the file type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
}

export interface FileNode {
  readonly kind: 'file';
  readonly bytes: Uint8Array;
  readonly attributes: Attributes;
}

export interface DirectoryNode {
  readonly kind: 'directory';
  readonly entries: ReadonlyMap<string, Ino>;
  readonly attributes: Attributes;
}

export interface LinkNode {
  readonly kind: 'link';
  readonly target: Buffer;
  readonly attributes: Attributes;
}

/** An inode's content. Immutable, so that any number of disks may share it. */
export type Node = FileNode | DirectoryNode | LinkNode;

/** Every inode of a file system at one moment. */
export type Nodes = ReadonlyMap<Ino, Node>;

/** The file with other bytes. */
export function withBytes(file: FileNode, bytes: Uint8Array): FileNode {
  return { kind: 'file', bytes, attributes: file.attributes };
}

/** The file with these bytes over its own from `at` on; a gap before them reads as zeros. */
export function overwritten(file: FileNode, at: number, bytes: Uint8Array): FileNode {
  const end = at + bytes.length;
  const next = new Uint8Array(Math.max(file.bytes.length, end));
  next.set(file.bytes);
  next.set(bytes, at);
  return withBytes(file, next);
}

/** The file cut, or extended by zeros, to that many bytes. */
export function resized(file: FileNode, length: number): FileNode {
  if (length <= file.bytes.length) return withBytes(file, file.bytes.slice(0, length));
  const next = new Uint8Array(length);
  next.set(file.bytes);
  return withBytes(file, next);
}

/** The directory with one name set, or without it. */
export function withEntry(
  directory: DirectoryNode,
  name: string,
  target: Ino | null,
): DirectoryNode {
  const entries = new Map(directory.entries);
  if (target === null) entries.delete(name);
  else entries.set(name, target);
  return { ...directory, entries };
}
