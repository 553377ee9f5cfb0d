import { Disk } from '../../faults/durability/disk.js';
import { type Ino, rootIno } from '../../faults/durability/nodes.js';
import type { Recording } from '../../faults/durability/recording.js';

/** What an inode was called just after an effect; its number where it had no name. */
export function pathOfInode(recording: Recording, ino: Ino, after: number): string {
  const disk = new Disk(recording.start, new Map(), { nextIno: recording.nextIno, now: () => 0 });
  for (const effect of recording.effects.slice(0, after + 1)) disk.commit(effect);
  for (const [path, found] of pathsOn(disk)) if (found === ino) return path;
  return `inode ${ino}`;
}

/** Every path of a disk with its inode, parents before children, names in order. */
export function* pathsOn(disk: Disk, ino: Ino = rootIno, path = ''): Generator<[string, Ino]> {
  yield [path || '/', ino];
  const node = disk.node(ino);
  if (node.kind !== 'directory') return;
  for (const [name, child] of [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield* pathsOn(disk, child, `${path}/${name}`);
  }
}
