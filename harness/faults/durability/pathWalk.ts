import type { PathLike } from 'node:fs';
import { errnoError } from '../errno.js';
import { pathText } from '../fileSystem/syscalls.js';
import type { Disk } from './disk.js';
import { type Ino, rootIno } from './nodes.js';

/** Who asks, for the words of errors, and whether a symbolic link at the end is meant itself. */
export interface Asked {
  readonly syscall: string;
  readonly path?: string | undefined;
  readonly dest?: string | undefined;
  readonly lastLink?: 'keep';
}

/** Where a path leads: its last name in the directory it is in, and the inode if there is one. */
export interface Place {
  readonly directory: Ino;
  /** Empty for the root. */
  readonly name: string;
  readonly ino: Ino | undefined;
  /** The path ended in a slash, so only a directory will do. */
  readonly wantsDirectory: boolean;
  /** From the root, without links. */
  readonly realPath: string;
}

const mostLinks = 40;

/**
 * Walks a path as the kernel does, symbolic links and `..` included. Relative paths begin at the
 * root.
 *
 * @throws ENOENT, ENOTDIR or ELOOP as Node words them for `asked`
 */
export function walk(disk: Disk, path: PathLike, asked: Asked): Place {
  const text = pathText(path) ?? '';
  if (text === '') throw errnoError('ENOENT', asked);
  const wantsDirectory = text.endsWith('/');
  const pending = partsOf(text);
  const trail: { ino: Ino | undefined; name: string }[] = [{ ino: rootIno, name: '' }];
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    const directory = directoryAt(disk, trail.at(-1)?.ino, asked);
    if (part === '..' && trail.length > 1) trail.pop();
    if (part === '..' || part === '.') continue;
    const ino = disk.entry(directory, part);
    const node = ino === undefined ? undefined : disk.node(ino);
    const isLast = pending.length === 0 && !wantsDirectory;
    if (node?.kind === 'link' && !(isLast && asked.lastLink === 'keep')) {
      if (++links > mostLinks) throw errnoError('ELOOP', asked);
      const target = node.target.toString();
      if (target.startsWith('/')) trail.length = 1;
      pending.unshift(...partsOf(target));
    } else trail.push({ ino, name: part });
  }
  const names = trail.map(({ name }) => name);
  return {
    directory: trail.at(trail.length > 1 ? -2 : -1)?.ino ?? rootIno,
    name: names.at(-1) ?? '',
    ino: trail.at(-1)?.ino,
    wantsDirectory,
    realPath: names.join('/') || '/',
  };
}

/** The inode at a path. @throws as {@link walk}, and ENOENT when there is none */
export function inodeAt(disk: Disk, path: PathLike, asked: Asked): Ino {
  const { ino, wantsDirectory } = walk(disk, path, asked);
  if (ino === undefined) throw errnoError('ENOENT', asked);
  if (wantsDirectory) directoryAt(disk, ino, asked);
  return ino;
}

/** How errors of a call on one path are worded. */
export function askedOf(syscall: string, path: PathLike): Asked {
  return { syscall, path: pathText(path) };
}

/** How errors of a call on two paths are worded. */
export function askedOfTwo(syscall: string, path: PathLike, dest: PathLike): Asked {
  return { syscall, path: pathText(path), dest: pathText(dest) };
}

function directoryAt(disk: Disk, ino: Ino | undefined, asked: Asked): Ino {
  if (ino === undefined) throw errnoError('ENOENT', asked);
  if (disk.node(ino).kind !== 'directory') throw errnoError('ENOTDIR', asked);
  return ino;
}

function partsOf(text: string): string[] {
  return text.split('/').filter((part) => part !== '');
}
