import { constants } from 'node:fs';
import type { Operation } from '../../faults/interceptor.js';
import type { PrimitiveName } from '../../faults/primitives.js';

const lookups = ['EACCES', 'EIO', 'ENOENT'];
const changes = ['EACCES', 'EIO', 'EPERM', 'EROFS'];
const newNames = ['EACCES', 'EDQUOT', 'EIO', 'ENOSPC', 'EROFS'];

/**
 * What can go wrong with a call that is right in itself: the medium, the quota, permissions,
 * another process. Mistakes of the caller (EBADF, EINVAL, ENAMETOOLONG …) are left out.
 *
 * Sources: the ERRORS sections of Linux man-pages 6, section 2; EBUSY and EPERM of rename and
 * unlink also as libuv maps Windows' sharing violations.
 */
const errnos: Readonly<Record<PrimitiveName, readonly string[]>> = {
  access: lookups,
  chmod: changes,
  chown: changes,
  close: ['EDQUOT', 'EIO', 'ENOSPC'],
  copyFile: [...newNames, 'ENOENT'],
  fchmod: changes,
  fchown: changes,
  fdatasync: ['EDQUOT', 'EIO', 'ENOSPC'],
  fstat: ['EIO'],
  fsync: ['EDQUOT', 'EIO', 'ENOSPC'],
  ftruncate: ['EFBIG', 'EIO', 'EPERM'],
  futimes: changes,
  lchown: changes,
  link: [...newNames, 'EEXIST', 'EMLINK', 'EPERM'],
  lstat: lookups,
  lutimes: changes,
  mkdir: [...newNames, 'EEXIST'],
  mkdtemp: newNames,
  open: ['EACCES', 'EIO', 'EMFILE', 'ENFILE'],
  opendir: [...lookups, 'EMFILE', 'ENFILE'],
  read: ['EIO'],
  readdir: [...lookups, 'EMFILE', 'ENFILE'],
  readlink: lookups,
  realpath: lookups,
  rename: [...newNames, 'EBUSY', 'ENOENT', 'EPERM', 'EXDEV'],
  rmdir: ['EACCES', 'EBUSY', 'EIO', 'ENOENT', 'ENOTEMPTY', 'EPERM', 'EROFS'],
  stat: lookups,
  statfs: lookups,
  symlink: [...newNames, 'EEXIST'],
  unlink: ['EACCES', 'EBUSY', 'EIO', 'ENOENT', 'EPERM', 'EROFS'],
  utimes: changes,
  watch: ['EMFILE', 'ENOENT', 'ENOSPC'],
  write: ['EDQUOT', 'EFBIG', 'EIO', 'ENOSPC'],
};

/** The errnos that may befall this operation without a mistake of its caller, sorted. */
export function plausibleErrnos(operation: Pick<Operation, 'name' | 'args'>): readonly string[] {
  const base = errnos[operation.name];
  return [...base, ...(operation.name === 'open' ? ofOpen(operation.args[1]) : [])].sort();
}

function ofOpen(flags: unknown): readonly string[] {
  const creates =
    typeof flags === 'number' ? (flags & constants.O_CREAT) !== 0 : !/^r/.test(String(flags));
  const excludes =
    typeof flags === 'number' ? (flags & constants.O_EXCL) !== 0 : /x/.test(String(flags));
  const writes =
    typeof flags === 'number'
      ? (flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0
      : !/^rs?$/.test(String(flags));
  return [
    ...(creates ? ['EDQUOT', 'ENOSPC'] : ['ENOENT']),
    ...(excludes ? ['EEXIST'] : []),
    ...(writes ? ['EBUSY', 'EROFS'] : []),
  ];
}
