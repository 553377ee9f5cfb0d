import type { PathLike } from 'node:fs';
import { errnoError } from '../errno.js';
import { pathText } from '../fileSystem/syscalls.js';
import type { Primitives } from '../primitives.js';
import type { DescriptorCalls } from './descriptorCalls.js';
import type { Bay } from './disk.js';
import { nameCalls } from './nameCalls.js';
import type { Attributes } from './nodes.js';
import { openCall } from './openCall.js';
import { type Asked, askedOf, inodeAt, walk } from './pathWalk.js';
import { realPath } from './realPath.js';
import { direntOf, statsOf } from './stats.js';
import { attributesOfTimes, modeBits } from './timesAndModes.js';

type PathCalls = Omit<Primitives, keyof DescriptorCalls>;

/** The primitives that take a path. Permissions are not checked: everyone is root here. */
export function pathCalls(bay: Bay): PathCalls {
  return { ...lookingCalls(bay), ...attributeCalls(bay), ...nameCalls(bay), ...openCall(bay) };
}

type LookingCalls = Pick<
  Primitives,
  'access' | 'lstat' | 'opendir' | 'readdir' | 'readlink' | 'realpath' | 'stat' | 'statfs' | 'watch'
>;

function lookingCalls(bay: Bay): LookingCalls {
  const list = (path: PathLike, syscall: string) => {
    const asked = askedOf(syscall, path);
    const node = bay.disk.node(inodeAt(bay.disk, path, asked));
    if (node.kind !== 'directory') throw errnoError('ENOTDIR', asked);
    return [...node.entries].map(([name, ino]) =>
      direntOf(name, bay.disk.node(ino), pathText(path) ?? ''),
    );
  };
  return {
    access(path) {
      inodeAt(bay.disk, path, askedOf('access', path));
    },
    lstat(path, { bigint }) {
      const asked: Asked = { ...askedOf('lstat', path), lastLink: 'keep' };
      return statsOf(bay.disk, inodeAt(bay.disk, path, asked), bigint);
    },
    opendir: (path) => list(path, 'opendir'),
    readdir: (path) => list(path, 'scandir'),
    readlink(path) {
      const asked: Asked = { ...askedOf('readlink', path), lastLink: 'keep' };
      const node = bay.disk.node(inodeAt(bay.disk, path, asked));
      if (node.kind !== 'link') throw errnoError('EINVAL', asked);
      return Buffer.from(node.target);
    },
    realpath(path, native) {
      if (!native) return realPath(bay.disk, pathText(path) ?? '');
      const asked = askedOf('realpath', path);
      inodeAt(bay.disk, path, asked);
      return walk(bay.disk, path, asked).realPath;
    },
    stat: (path, { bigint }) =>
      statsOf(bay.disk, inodeAt(bay.disk, path, askedOf('stat', path)), bigint),
    statfs(path, { bigint }) {
      inodeAt(bay.disk, path, askedOf('statfs', path));
      const number = (value: number) => (bigint ? BigInt(value) : value);
      const blocks = number(2 ** 20);
      return {
        type: number(0xef53),
        bsize: number(4096),
        blocks,
        bfree: blocks,
        bavail: blocks,
        files: blocks,
        ffree: blocks,
      };
    },
    watch(path) {
      throw errnoError('ENOSYS', askedOf('watch', path));
    },
  };
}

type AttributeCalls = Pick<Primitives, 'chmod' | 'chown' | 'lchown' | 'lutimes' | 'utimes'>;

function attributeCalls(bay: Bay): AttributeCalls {
  const change = (path: PathLike, asked: Asked, attributes: Partial<Attributes>) => {
    const ino = inodeAt(bay.disk, path, asked);
    bay.disk.commit({ kind: 'attributes', ino, attributes });
  };
  return {
    chmod: (path, mode) => change(path, askedOf('chmod', path), { mode: modeBits(mode) }),
    chown: (path, uid, gid) => change(path, askedOf('chown', path), { uid, gid }),
    lchown: (path, uid, gid) =>
      change(path, { ...askedOf('lchown', path), lastLink: 'keep' }, { uid, gid }),
    lutimes: (path, atime, mtime) =>
      change(
        path,
        { ...askedOf('lutime', path), lastLink: 'keep' },
        attributesOfTimes(atime, mtime),
      ),
    utimes: (path, atime, mtime) =>
      change(path, askedOf('utime', path), attributesOfTimes(atime, mtime)),
  };
}
