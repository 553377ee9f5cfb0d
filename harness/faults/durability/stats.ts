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
  // Both have what Node's classes have; those cannot be constructed without a warning.
  if (!bigint) return new DiskStats(disk, ino) as unknown as Stats;
  return bigintStatsOf(new DiskStats(disk, ino)) as unknown as BigIntStats;
}

/** A directory's entry as `readdir` with file types gives it. */
export function direntOf(name: string, node: Node, path: string): Dirent {
  // Node's types hide the constructor; its arguments are the same from 20 to 24.
  return new (Dirent as unknown as DirentConstructor)(name, direntTypes[node.kind], path);
}

class DiskStats {
  readonly dev = 1;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev = 0;
  readonly blksize = 4096;
  readonly ino: number;
  readonly size: number;
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;
  readonly #disk: Disk;

  constructor(disk: Disk, ino: Ino) {
    const node = disk.node(ino);
    const { attributes } = node;
    this.#disk = disk;
    this.ino = ino;
    this.mode = typeBits[node.kind] | attributes.mode;
    this.uid = attributes.uid;
    this.gid = attributes.gid;
    this.size = sizeOf(node);
    this.blocks = Math.ceil(this.size / 512);
    this.atimeMs = attributes.atimeMs;
    this.mtimeMs = attributes.mtimeMs;
    this.ctimeMs = attributes.mtimeMs;
    this.birthtimeMs = attributes.mtimeMs;
  }

  /** Counted only when asked for: it takes a walk over all directories. */
  get nlink(): number {
    return this.#disk.linksOf(this.ino);
  }
}

const timeNames = ['atime', 'mtime', 'ctime', 'birthtime'] as const;

function bigintStatsOf(stats: DiskStats): object {
  const numbers: [string, number][] = [...Object.entries(stats), ['nlink', stats.nlink]];
  const big = Object.fromEntries(numbers.map(([name, value]) => [name, BigInt(Math.trunc(value))]));
  for (const name of timeNames) {
    big[`${name}Ns`] = (big[`${name}Ms`] as bigint) * 1_000_000n;
  }
  return Object.assign(Object.create(bigintPrototype), big);
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

const bigintPrototype = Object.assign(Object.create(Object.prototype, dates), kindTests);
Object.defineProperties(DiskStats.prototype, dates);
Object.assign(DiskStats.prototype, kindTests);
Object.setPrototypeOf(DiskStats.prototype, Stats.prototype);
