import { constants, type PathLike } from 'node:fs';
import { errnoError } from '../errno.js';
import { pathText } from '../fileSystem/syscalls.js';
import type { Primitives } from '../primitives.js';
import { asFile } from './applyEffect.js';
import { resize } from './descriptorCalls.js';
import { attributesOf, type Bay, type Disk } from './disk.js';
import type { Effect } from './effects.js';
import type { Ino, Node } from './nodes.js';
import { newFile } from './openCall.js';
import { type Asked, askedOf, askedOfTwo, inodeAt, type Place, walk } from './pathWalk.js';
import { modeBits, umask } from './timesAndModes.js';

type NameCalls = Pick<
  Primitives,
  'copyFile' | 'link' | 'mkdir' | 'mkdtemp' | 'rename' | 'rmdir' | 'symlink' | 'unlink'
>;

/** The primitives that make, move and remove names. */
export function nameCalls(bay: Bay): NameCalls {
  return {
    copyFile: (from, to, mode) => copyFile(bay.disk, { from, to, mode }),
    link(existing, path) {
      const asked = askedOfTwo('link', existing, path);
      const target = inodeAt(bay.disk, existing, { ...asked, lastLink: 'keep' });
      const place = freeForFile(bay.disk, path, asked);
      if (bay.disk.node(target).kind === 'directory') throw errnoError('EPERM', asked);
      name(bay.disk, place, { call: 'link', target });
    },
    mkdir(path, mode) {
      const place = free(bay.disk, path, askedOf('mkdir', path));
      makeDirectory(bay.disk, place, modeBits(mode ?? 0o777) & ~umask);
    },
    mkdtemp: (prefix) => makeTemporary(bay.disk, prefix),
    rename: (from, to) => rename(bay.disk, from, to),
    rmdir(path) {
      const asked: Asked = { ...askedOf('rmdir', path), lastLink: 'keep' };
      const place = walk(bay.disk, path, asked);
      const node = bay.disk.node(inodeAt(bay.disk, path, asked));
      if (node.kind !== 'directory') throw errnoError('ENOTDIR', asked);
      if (place.name === '') throw errnoError('EBUSY', asked);
      if (node.entries.size > 0) throw errnoError('ENOTEMPTY', asked);
      name(bay.disk, place, { call: 'rmdir', target: null });
    },
    symlink(target, path) {
      const place = freeForFile(bay.disk, path, askedOfTwo('symlink', target, path));
      const born: Node = {
        kind: 'link',
        target: Buffer.from(pathText(target) ?? ''),
        attributes: attributesOf(0o777, bay.disk.now()),
      };
      name(bay.disk, place, { call: 'symlink', target: bay.disk.newIno(), born });
    },
    unlink(path) {
      const asked: Asked = { ...askedOf('unlink', path), lastLink: 'keep' };
      const ino = inodeAt(bay.disk, path, asked);
      if (bay.disk.node(ino).kind === 'directory') throw errnoError('EISDIR', asked);
      name(bay.disk, walk(bay.disk, path, asked), { call: 'unlink', target: null });
    },
  };
}

function copyFile(disk: Disk, what: { from: PathLike; to: PathLike; mode: number }): void {
  const asked = askedOfTwo('copyfile', what.from, what.to);
  const source = inodeAt(disk, what.from, asked);
  const node = disk.node(source);
  if (node.kind !== 'file') throw errnoError('EISDIR', asked);
  const place = walk(disk, what.to, asked);
  if (place.ino !== undefined && what.mode & constants.COPYFILE_EXCL) {
    throw errnoError('EEXIST', asked);
  }
  if (place.ino === source) return;
  if (place.ino === undefined && place.wantsDirectory) throw errnoError('EISDIR', asked);
  const ino = place.ino ?? newFile(disk, place, node.attributes.mode);
  if (disk.node(ino).kind !== 'file') throw errnoError('EISDIR', asked);
  resize(disk, ino, 0);
  const bytes = asFile(node).bytes.slice();
  if (bytes.length > 0)
    disk.commit({ kind: 'write', ino, at: 0, bytes, sizeBefore: 0, nowMs: disk.now() });
}

function rename(disk: Disk, from: PathLike, to: PathLike): void {
  const asked: Asked = { ...askedOfTwo('rename', from, to), lastLink: 'keep' };
  const old = walk(disk, from, asked);
  const next = walk(disk, to, asked);
  const target = inodeAt(disk, from, asked);
  if (next.ino === target) return;
  const moved = disk.node(target);
  const replaced = next.ino === undefined ? undefined : disk.node(next.ino);
  if (moved.kind === 'directory') {
    if (`${next.realPath}/`.startsWith(`${old.realPath}/`)) throw errnoError('EINVAL', asked);
    if (replaced && replaced.kind !== 'directory') throw errnoError('ENOTDIR', asked);
    if (replaced?.kind === 'directory' && replaced.entries.size > 0) {
      throw errnoError('ENOTEMPTY', asked);
    }
  } else if (replaced?.kind === 'directory') throw errnoError('EISDIR', asked);
  else if (next.wantsDirectory) throw errnoError('ENOTDIR', asked);
  disk.commit({
    kind: 'entries',
    call: 'rename',
    changes: [
      { directory: next.directory, name: next.name, target },
      { directory: old.directory, name: old.name, target: null },
    ],
  });
}

function makeTemporary(disk: Disk, prefix: string): string {
  const asked: Asked = { syscall: 'mkdtemp', path: `${prefix}XXXXXX` };
  for (let count = 0; ; count++) {
    const path = `${prefix}${count.toString(36).padStart(6, '0')}`;
    const place = walk(disk, path, asked);
    if (place.ino !== undefined) continue;
    makeDirectory(disk, place, 0o700);
    return path;
  }
}

function makeDirectory(disk: Disk, place: Place, mode: number): void {
  const born: Node = {
    kind: 'directory',
    entries: new Map(),
    attributes: attributesOf(mode, disk.now()),
  };
  name(disk, place, { call: 'mkdir', target: disk.newIno(), born });
}

/** Gives an inode a name, or takes the name away. */
function name(
  disk: Disk,
  place: Place,
  what: {
    call: Extract<Effect, { kind: 'entries' }>['call'];
    target: Ino | null;
    born?: Node;
  },
): void {
  const { call, target, born } = what;
  disk.commit({
    kind: 'entries',
    call,
    changes: [{ directory: place.directory, name: place.name, target }],
    ...(born && target !== null ? { born: { ino: target, node: born } } : undefined),
  });
}

/** A free place whose name doesn't end as a directory's. @throws as {@link free} */
function freeForFile(disk: Disk, path: PathLike, asked: Asked): Place {
  const place = free(disk, path, asked);
  if (place.wantsDirectory) throw errnoError('ENOENT', asked);
  return place;
}

/** A place where nothing is yet. @throws EEXIST, ENOENT, ENOTDIR, ELOOP */
function free(disk: Disk, path: PathLike, asked: Asked): Place {
  const place = walk(disk, path, { ...asked, lastLink: 'keep' });
  if (place.ino !== undefined) throw errnoError('EEXIST', asked);
  return place;
}
