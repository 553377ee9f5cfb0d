import { crc32 } from 'node:zlib';
import type { Disk } from './disk.js';
import { type DirectoryNode, type Ino, rootIno } from './nodes.js';

/**
 * Numbers states of disks: two have the same key exactly if a program could tell nothing apart but
 * times and inode numbers. Contents are compared byte for byte, so no two are ever confused.
 */
export class TreeKeys {
  private readonly known = new WeakMap<Uint8Array, number>();
  private readonly buckets = new Map<number, { id: number; bytes: Uint8Array }[]>();
  private readonly sorted = new WeakMap<ReadonlyMap<string, Ino>, readonly [string, Ino][]>();
  private readonly numbers = new Map<string, number>();
  private contents = 0;

  of(disk: Disk): number {
    const text = this.walk(disk, rootIno, new Map<Ino, number>());
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.numbers.size);
    return this.numbers.size - 1;
  }

  private walk(disk: Disk, ino: Ino, seen: Map<Ino, number>): string {
    const node = disk.node(ino);
    const { mode } = node.attributes;
    if (node.kind === 'link') return `l${node.target.toString('latin1')}`;
    if (node.kind === 'file') {
      const before = seen.get(ino);
      if (before !== undefined) return `=${before}`;
      seen.set(ino, seen.size);
      return `f${this.contentId(node.bytes)}:${mode}`;
    }
    let key = `d${mode}{`;
    for (const [name, child] of this.entriesOf(node)) {
      key += `${name}\0${this.walk(disk, child, seen)}/`;
    }
    return `${key}}`;
  }

  private entriesOf(node: DirectoryNode): readonly [string, Ino][] {
    let entries = this.sorted.get(node.entries);
    if (!entries) {
      entries = [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1));
      this.sorted.set(node.entries, entries);
    }
    return entries;
  }

  private contentId(bytes: Uint8Array): number {
    const known = this.known.get(bytes);
    if (known !== undefined) return known;
    const hash = crc32(bytes);
    const bucket = this.buckets.get(hash) ?? [];
    let found = bucket.find((other) => Buffer.compare(other.bytes, bytes) === 0);
    if (!found) {
      found = { id: this.contents++, bytes };
      bucket.push(found);
      this.buckets.set(hash, bucket);
    }
    this.known.set(bytes, found.id);
    return found.id;
  }
}
