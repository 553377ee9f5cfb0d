import { type BigIntStats, constants, Dirent, Stats } from 'node:fs';
import type { Disk } from './disk.js';
import type { Ino, Node } from './nodes.js';

const typeBits = {
  file: constants.S_IFREG,
  directory: constants.S_IFDIR,
  link: constants.S_IFLNK,
} as const;

/** libuv's `UV_DIRENT_*`, which Node has but its types don't. */
const direntTypes = { file: 1, directory: 2, link: 3 } as const;

type DirentConstructor = new (name: string, type: number, path: string) => Dirent;

/** What `stat` tells of an inode; instances of Node's own `Stats` unless bigint was asked for. */
export function statsOf(disk: Disk, ino: Ino, bigint: boolean): Stats | BigIntStats {
  const numbers = numbersOf(disk.node(ino), ino);
  const stats = Object.create(bigint ? bigintPrototype : numberPrototype) as Record<
    string,
    unknown
  >;
  for (const key of numberNames) stats[key] = bigint ? BigInt(numbers[key]) : numbers[key];
  if (bigint) {
    for (const name of timeNames) stats[`${name}Ns`] = BigInt(numbers[`${name}Ms`]) * 1_000_000n;
  }
  Object.defineProperty(stats, 'nlink', {
    enumerable: true,
    get: () => (bigint ? BigInt(disk.linksOf(ino)) : disk.linksOf(ino)),
  });
  return stats as unknown as Stats;
}

/** A directory's entry as `readdir` with file types gives it. */
export function direntOf(name: string, node: Node, path: string): Dirent {
  // Node's types hide the constructor; its arguments are the same from 20 to 24.
  return new (Dirent as unknown as DirentConstructor)(name, direntTypes[node.kind], path);
}

const timeNames = ['atime', 'mtime', 'ctime', 'birthtime'] as const;

function numbersOf(node: Node, ino: Ino) {
  const { mode, uid, gid, atimeMs, mtimeMs } = node.attributes;
  const size = sizeOf(node);
  return {
    dev: 1,
    mode: typeBits[node.kind] | mode,
    uid,
    gid,
    rdev: 0,
    blksize: 4096,
    ino,
    size,
    blocks: Math.ceil(size / 512),
    atimeMs: Math.trunc(atimeMs),
    mtimeMs: Math.trunc(mtimeMs),
    ctimeMs: Math.trunc(mtimeMs),
    birthtimeMs: Math.trunc(mtimeMs),
  };
}

const numberNames = Object.keys(
  numbersOf({ kind: 'file', bytes: new Uint8Array(), attributes: zeroAttributes() }, 0),
) as (keyof ReturnType<typeof numbersOf>)[];

function zeroAttributes() {
  return { mode: 0, uid: 0, gid: 0, atimeMs: 0, mtimeMs: 0 };
}

function sizeOf(node: Node): number {
  if (node.kind === 'file') return node.bytes.length;
  return node.kind === 'link' ? node.target.length : 4096;
}

const isOf = (bits: number) =>
  function (this: { mode: number | bigint }): boolean {
    return (Number(this.mode) & constants.S_IFMT) === bits;
  };

const kindTests = {
  isFile: isOf(constants.S_IFREG),
  isDirectory: isOf(constants.S_IFDIR),
  isSymbolicLink: isOf(constants.S_IFLNK),
  isFIFO: isOf(constants.S_IFIFO),
  isSocket: isOf(constants.S_IFSOCK),
  isBlockDevice: isOf(constants.S_IFBLK),
  isCharacterDevice: isOf(constants.S_IFCHR),
};

const dates = Object.fromEntries(
  timeNames.map((name) => [
    name,
    {
      get(this: Record<string, number | bigint>): Date {
        return new Date(Number(this[`${name}Ms`]));
      },
    },
  ]),
);

const numberPrototype = Object.assign(Object.create(Stats.prototype, dates), kindTests);
const bigintPrototype = Object.assign(Object.create(Object.prototype, dates), kindTests);
