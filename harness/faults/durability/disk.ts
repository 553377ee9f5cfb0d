import { invariant } from '../../../src/index.js';
import { firstVirtualDescriptor } from '../virtualDescriptors.js';
import { applyEffect, asDirectory } from './applyEffect.js';
import { type Effect, inodesOf } from './effects.js';
import { type Attributes, type Ino, type Node, type Nodes, rootIno } from './nodes.js';

/** An open file description: what a descriptor of a {@link Disk} stands for. */
export interface OpenFile {
  readonly ino: Ino;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  readonly appends: boolean;
  /** Opened with O_SYNC or O_DSYNC: each write is durable when it returns. */
  readonly syncsWrites: boolean;
  position: number;
}

/** Milliseconds for the times of inodes. */
export type Now = () => number;

export const newDirectory: Node = {
  kind: 'directory',
  entries: new Map(),
  attributes: attributesOf(0o755, 0),
};

/** Attributes of an inode born at that moment. */
export function attributesOf(mode: number, nowMs: number): Attributes {
  return { mode, uid: 0, gid: 0, atimeMs: nowMs, mtimeMs: nowMs };
}

/**
 * A file system in memory whose every change is an {@link Effect}. Inodes are immutable and shared:
 * another disk over the same ones costs only what it changes itself.
 */
export class Disk {
  /** Hears each effect just after it happened. */
  listener: ((effect: Effect) => void) | undefined;
  readonly now: Now;
  readonly open = new Map<number, OpenFile>();
  private readonly lower: Nodes;
  private readonly own: Map<Ino, Node>;
  private nextIno: Ino;

  /**
   * @param lower - inodes to build on, never changed
   * @param own - inodes that stand over them; this disk's from now on
   */
  constructor(lower: Nodes, own: Map<Ino, Node>, how: { nextIno: Ino; now: Now }) {
    this.lower = lower;
    this.own = own;
    this.nextIno = how.nextIno;
    this.now = how.now;
  }

  /** A disk with nothing but its root directory. */
  static empty(now: Now): Disk {
    return new Disk(new Map([[rootIno, newDirectory]]), new Map(), { nextIno: rootIno + 1, now });
  }

  /** @throws InvariantError when there is none of that number */
  node(ino: Ino): Node {
    const found = this.own.get(ino) ?? this.lower.get(ino);
    invariant(found !== undefined, `no inode ${ino}`);
    return found;
  }

  entry(directory: Ino, name: string): Ino | undefined {
    return asDirectory(this.node(directory)).entries.get(name);
  }

  newIno(): Ino {
    return this.nextIno++;
  }

  /** The number that the next inode will have. */
  get inoLimit(): Ino {
    return this.nextIno;
  }

  /** Changes the disk, then tells the listener. */
  commit(effect: Effect): void {
    if (effect.kind === 'entries' && effect.born) {
      this.own.set(effect.born.ino, effect.born.node);
    }
    for (const ino of inodesOf(effect)) {
      this.own.set(ino, applyEffect(this.node(ino), ino, effect));
    }
    this.listener?.(effect);
  }

  /** All inodes as they are now. */
  nodes(): Nodes {
    return new Map([...this.lower, ...this.own]);
  }

  /** The lowest free one first, as the kernel's do, but of numbers that no kernel gives. */
  addDescriptor(file: OpenFile): number {
    let fd: number = firstVirtualDescriptor;
    while (this.open.has(fd)) fd++;
    this.open.set(fd, file);
    return fd;
  }

  /** How many names an inode has. */
  linksOf(ino: Ino): number {
    let links = 0;
    for (const node of this.nodes().values()) {
      if (node.kind !== 'directory') continue;
      for (const target of node.entries.values()) if (target === ino) links++;
    }
    return links;
  }
}

/** Where calls find the disk of the moment. */
export interface Bay {
  disk: Disk;
}
