import type { Ino, Node } from './nodes.js';

/** What a history needs to know of the effects that it is made of. */
export interface EffectsOnInode {
  /** The node after the effect of that index, of which that became. */
  readonly applied: (node: Node, ino: Ino, what: { index: number; fate: number }) => Node;
  readonly isUnsynced: (index: number, point: number) => boolean;
}

/** An inode's content, and what it becomes by each fate of the next effect. */
interface Stem {
  readonly node: Node;
  readonly branches: Map<number, Stem>;
}

const mostCachedBytes = 32 * 2 ** 20;
const kept = 1;

/**
 * One inode's contents by the fates of the effects on it. What crash states have in common is
 * worked out once.
 */
export class InodeHistory {
  private readonly ino: Ino;
  private readonly indices: readonly number[];
  private readonly effects: EffectsOnInode;
  private readonly first: Node;
  private point = -1;
  /** How many of the effects are in the stem for good. */
  private settled = 0;
  private stem: Stem;
  /** Held by the branches. */
  private bytes = 0;

  /**
   * @param first - the inode before the first effect
   * @param indices - of the effects that concern it, ascending
   */
  constructor(
    first: { ino: Ino; node: Node },
    indices: readonly number[],
    effects: EffectsOnInode,
  ) {
    this.ino = first.ino;
    this.first = first.node;
    this.indices = indices;
    this.effects = effects;
    this.stem = stemOf(first.node);
  }

  /** The content after a crash at that point which brought those fates. */
  nodeAt(point: number, fates: Uint8Array): Node {
    this.settle(point);
    let stem = this.stem;
    for (let next = this.settled; next < this.indices.length; next++) {
      const index = this.indices[next] as number;
      if (index >= point) break;
      const fate = fates[index] as number;
      let branch = stem.branches.get(fate);
      if (!branch) {
        branch = stemOf(this.effects.applied(stem.node, this.ino, { index, fate }));
        stem.branches.set(fate, branch);
        this.bytes += sizeOf(branch.node);
      }
      stem = branch;
    }
    const { node } = stem;
    if (this.bytes > mostCachedBytes) this.restart(this.stem);
    return node;
  }

  /** Moves to a point: what is surely there by then, up to the first effect that may be lost. */
  private settle(point: number): void {
    if (this.point === point) return;
    if (this.point > point) {
      this.settled = 0;
      this.restart(stemOf(this.first));
    }
    this.point = point;
    for (; this.settled < this.indices.length; this.settled++) {
      const index = this.indices[this.settled] as number;
      if (index >= point || this.effects.isUnsynced(index, point)) break;
      const what = { index, fate: kept };
      this.restart(stemOf(this.effects.applied(this.stem.node, this.ino, what)));
    }
  }

  private restart(stem: Stem): void {
    this.stem = stemOf(stem.node);
    this.bytes = 0;
  }
}

function stemOf(node: Node): Stem {
  return { node, branches: new Map() };
}

function sizeOf(node: Node): number {
  if (node.kind === 'file') return node.bytes.length;
  return node.kind === 'directory' ? node.entries.size * 64 : 0;
}
