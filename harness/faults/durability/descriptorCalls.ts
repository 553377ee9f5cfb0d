import { errnoError } from '../errno.js';
import type { Position, Primitives } from '../primitives.js';
import { asFile } from './applyEffect.js';
import type { Bay, Disk, OpenFile } from './disk.js';
import { statsOf } from './stats.js';
import { attributesOfTimes, modeBits } from './timesAndModes.js';

export type DescriptorCalls = Pick<
  Primitives,
  | 'close'
  | 'fchmod'
  | 'fchown'
  | 'fdatasync'
  | 'fstat'
  | 'fsync'
  | 'ftruncate'
  | 'futimes'
  | 'read'
  | 'write'
>;

/** The primitives that take a descriptor. */
export function descriptorCalls(bay: Bay): DescriptorCalls {
  const inoOf = (fd: number, syscall: string) => opened(bay.disk, fd, syscall).ino;
  return {
    close(fd) {
      opened(bay.disk, fd, 'close');
      bay.disk.open.delete(fd);
    },
    fchmod(fd, mode) {
      const ino = inoOf(fd, 'fchmod');
      bay.disk.commit({ kind: 'attributes', ino, attributes: { mode: modeBits(mode) } });
    },
    fchown(fd, uid, gid) {
      const ino = inoOf(fd, 'fchown');
      bay.disk.commit({ kind: 'attributes', ino, attributes: { uid, gid } });
    },
    fdatasync(fd) {
      bay.disk.commit({ kind: 'sync', ino: inoOf(fd, 'fdatasync'), reach: 'data' });
    },
    fstat: (fd, { bigint }) => statsOf(bay.disk, inoOf(fd, 'fstat'), bigint),
    fsync(fd) {
      bay.disk.commit({ kind: 'sync', ino: inoOf(fd, 'fsync'), reach: 'all' });
    },
    ftruncate(fd, length) {
      const file = opened(bay.disk, fd, 'ftruncate');
      if (!file.canWrite || length < 0) throw errnoError('EINVAL', { syscall: 'ftruncate' });
      resize(bay.disk, file.ino, length);
    },
    futimes(fd, atime, mtime) {
      const ino = inoOf(fd, 'futime');
      bay.disk.commit({ kind: 'attributes', ino, attributes: attributesOfTimes(atime, mtime) });
    },
    read(fd, into, offset, length, at) {
      return read(bay.disk, opened(bay.disk, fd, 'read'), {
        bytes: bytesOf(into, offset, length),
        at,
      });
    },
    write(fd, from, offset, length, at) {
      return write(bay.disk, opened(bay.disk, fd, 'write'), {
        bytes: bytesOf(from, offset, length),
        at,
      });
    },
  };
}

/** Cuts or extends a file, if that changes anything. */
export function resize(disk: Disk, ino: number, length: number): void {
  if (asFile(disk.node(ino)).bytes.length === length) return;
  disk.commit({ kind: 'resize', ino, length, nowMs: disk.now() });
}

function opened(disk: Disk, fd: number, syscall: string): OpenFile {
  const file = disk.open.get(fd);
  if (!file) throw errnoError('EBADF', { syscall });
  return file;
}

function bytesOf(view: NodeJS.ArrayBufferView, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length);
}

function read(disk: Disk, file: OpenFile, wanted: { bytes: Uint8Array; at: Position }): number {
  if (!file.canRead) throw errnoError('EBADF', { syscall: 'read' });
  const node = disk.node(file.ino);
  if (node.kind !== 'file') throw errnoError('EISDIR', { syscall: 'read' });
  const at = given(wanted.at) ?? file.position;
  const found = node.bytes.subarray(at, at + wanted.bytes.length);
  wanted.bytes.set(found);
  if (given(wanted.at) === undefined) file.position += found.length;
  return found.length;
}

function write(disk: Disk, file: OpenFile, wanted: { bytes: Uint8Array; at: Position }): number {
  if (!file.canWrite) throw errnoError('EBADF', { syscall: 'write' });
  const { ino } = file;
  const sizeBefore = asFile(disk.node(ino)).bytes.length;
  // Linux appends whatever position a call gives.
  const at = file.appends ? sizeBefore : (given(wanted.at) ?? file.position);
  const bytes = wanted.bytes.slice();
  if (bytes.length > 0) {
    disk.commit({ kind: 'write', ino, at, bytes, sizeBefore, nowMs: disk.now() });
    if (file.syncsWrites) disk.commit({ kind: 'sync', ino, reach: 'write' });
  }
  if (given(wanted.at) === undefined) file.position = at + bytes.length;
  return bytes.length;
}

/** Node passes -1 for "where the descriptor stands", too. */
function given(at: Position): number | undefined {
  return at === null || at < 0 ? undefined : Number(at);
}
