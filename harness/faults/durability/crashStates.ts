import { invariant } from '../../../src/index.js';
import { applyEffect, asDirectory, asFile } from './applyEffect.js';
import type { StateBound } from './bound.js';
import { Disk, type Now } from './disk.js';
import { type DurableFrom, durableFrom } from './durableFrom.js';
import { type Effect, inodesOf } from './effects.js';
import { InodeHistory } from './inodeHistory.js';
import type { CrashModel, ModelRules } from './modelRules.js';
import { type Ino, type Node, withEntry } from './nodes.js';
import { isOrderedLegal } from './orderedModel.js';
import type { Recording } from './recording.js';
import { isTornBeside, lostSubsets, seededDraw } from './subsets.js';
import { applyTear, type Tear, tearsOf } from './tears.js';

/**
 * What became of each effect before a crash, by index: 0 lost, 1 kept, from 2 on kept in part, as
 * {@link CrashStates.partOf} tells.
 */
export type Fates = Uint8Array;

export const lost = 0;
export const kept = 1;

/** How an effect arrived in part. */
export type Part =
  | { readonly kind: 'torn'; readonly tear: Tear }
  /** Of a rename between directories: both names are there. */
  | { readonly kind: 'newNameOnly' }
  /** Only in a mutated model: neither name is there. */
  | { readonly kind: 'oldNameGone' };

/** What a crash model needs to know beside the recording. */
export interface StatesHow {
  readonly model: CrashModel;
  readonly bound: StateBound;
  readonly rules: ModelRules;
  readonly seed: number;
  readonly now: Now;
}

/** The states in which a crash may leave the disk of a recording. */
export class CrashStates {
  readonly durable: DurableFrom;
  private readonly recording: Recording;
  private readonly how: StatesHow;
  private readonly parts: readonly (readonly Part[])[];
  private readonly births: readonly (readonly [number, { ino: Ino; node: Node }])[];
  private readonly byInode = new Map<Ino, number[]>();
  private readonly histories = new Map<Ino, InodeHistory>();

  constructor(recording: Recording, how: StatesHow) {
    this.recording = recording;
    this.how = how;
    const { effects } = recording;
    this.durable = durableFrom(effects, how.model, how.rules);
    this.parts = effects.map((effect) => partsOf(effect, how));
    this.births = effects.flatMap((effect, index) =>
      effect.kind === 'entries' && effect.born ? [[index, effect.born] as const] : [],
    );
    effects.forEach((effect, index) => {
      for (const ino of inodesOf(effect)) this.indicesOf(ino).push(index);
    });
  }

  /** How an effect with a fate of 2 or more arrived. */
  partOf(index: number, fate: number): Part | undefined {
    return this.parts[index]?.[fate - 2];
  }

  /** The fate of an effect that arrived in that part, or undefined where it cannot. */
  fateOf(index: number, part: Part): number | undefined {
    const found = this.parts[index]?.findIndex((p) => JSON.stringify(p) === JSON.stringify(part));
    return found === undefined || found < 0 ? undefined : found + 2;
  }

  /** Whether a crash at that point may lose the effect, wholly or in part. */
  isUnsynced(index: number, point: number): boolean {
    return index < point && (this.durable.whole[index] ?? 0) >= point;
  }

  /**
   * The fates that a crash at a point can bring, within the bound. States that the point before
   * has as well are left out: those where the effect just before the crash is lost.
   *
   * The array is reused: copy what is to be kept.
   */
  *fatesAt(point: number): Generator<Fates> {
    const fates = new Uint8Array(point).fill(kept);
    const open = range(point).filter((index) => this.isUnsynced(index, point));
    const last = open.at(-1) === point - 1 ? open.pop() : undefined;
    const draw = seededDraw(this.how.seed * 31 + point);
    for (const subset of this.subsetsOf(open.length, last, draw)) {
      for (const at of subset) fates[open[at] as number] = this.lossOf(open[at] as number, point);
      if (this.isAllowed(point, fates)) yield fates;
      if (isTornBeside(subset.length, open.length, this.how.bound)) {
        yield* this.inParts(point, fates, last === undefined ? open : [...open, last]);
      }
      for (const at of subset) fates[open[at] as number] = kept;
    }
  }

  /** Whether the model allows these fates for a crash at that point. */
  isLegal(point: number, fates: Fates): boolean {
    if (fates.length !== point || point > this.recording.effects.length) return false;
    for (let index = 0; index < point; index++) {
      const fate = fates[index];
      if (fate === kept) continue;
      if (!this.isUnsynced(index, point)) return false;
      const isLoss = fate === lost || this.partOf(index, fate as number)?.kind === 'oldNameGone';
      if (isLoss && (this.durable.newName[index] ?? 0) < point) return false;
    }
    return this.isAllowed(point, fates);
  }

  /** The disk after a crash at a point that brought these fates. */
  diskAt(point: number, fates: Fates): Disk {
    const own = new Map<Ino, Node>();
    const { start, nextIno } = this.recording;
    for (const [index, born] of this.births) {
      if (index < point) own.set(born.ino, born.node);
    }
    for (const [ino, indices] of this.byInode) {
      if ((indices[0] as number) >= point) continue;
      let history = this.histories.get(ino);
      if (!history) {
        history = new InodeHistory({ ino, node: this.firstNode(ino) }, indices, this);
        this.histories.set(ino, history);
      }
      own.set(ino, history.nodeAt(point, fates));
    }
    return new Disk(start, own, { nextIno, now: this.how.now });
  }

  /** An inode before the first effect on it. */
  private firstNode(ino: Ino): Node {
    const born = this.births.find(([, birth]) => birth.ino === ino)?.[1].node;
    const node = born ?? this.recording.start.get(ino);
    invariant(node !== undefined, `no inode ${ino}`);
    return node;
  }

  /** @internal for the histories of inodes */
  applied(node: Node, ino: Ino, what: { index: number; fate: number }): Node {
    const effect = this.recording.effects[what.index] as Effect;
    if (what.fate === lost) return node;
    if (what.fate === kept) return applyEffect(node, ino, effect);
    const part = this.partOf(what.index, what.fate);
    if (part?.kind === 'torn' && effect.kind === 'write') {
      return applyTear(asFile(node), effect, part.tear);
    }
    if (effect.kind !== 'entries') return node;
    const change = part?.kind === 'newNameOnly' ? effect.changes[0] : effect.changes.at(-1);
    if (change?.directory !== ino) return node;
    return withEntry(asDirectory(node), change.name, change.target);
  }

  /** One effect at a time arrives in part. */
  private *inParts(point: number, fates: Fates, open: readonly number[]): Generator<Fates> {
    for (const index of open) {
      const before = fates[index] as number;
      if (before !== kept) continue;
      const parts = this.parts[index]?.length ?? 0;
      for (let fate = 2; fate < parts + 2; fate++) {
        if (fate === this.lossOf(index, point)) continue;
        fates[index] = fate;
        if (this.isLegal(point, fates)) yield fates;
      }
      fates[index] = before;
    }
  }

  private *subsetsOf(
    count: number,
    last: number | undefined,
    draw: () => number,
  ): Generator<number[]> {
    if (this.how.rules.reorders) {
      yield* lostSubsets(count, this.how.bound, draw);
      return;
    }
    const fewest = last === undefined ? 0 : count;
    for (let from = count; from >= fewest; from--) yield range(count).slice(from);
  }

  /** A rename whose new name is durable can only lose the removal of the old one. */
  private lossOf(index: number, point: number): number {
    return (this.durable.newName[index] ?? 0) < point
      ? (this.fateOf(index, { kind: 'newNameOnly' }) ?? lost)
      : lost;
  }

  private isAllowed(point: number, fates: Fates): boolean {
    return (
      this.how.model === 'posix' ||
      isOrderedLegal(this.recording.effects, fates, (index) => this.isUnsynced(index, point))
    );
  }

  private indicesOf(ino: Ino): number[] {
    const known = this.byInode.get(ino) ?? [];
    this.byInode.set(ino, known);
    return known;
  }
}

function partsOf(effect: Effect, how: StatesHow): Part[] {
  if (effect.kind === 'write') {
    return tearsOf(effect, how).map((tear): Part => ({ kind: 'torn', tear }));
  }
  if (effect.kind !== 'entries' || effect.call !== 'rename') return [];
  const parts: Part[] = [];
  const [first, second] = effect.changes;
  if (first?.directory !== second?.directory && how.model === 'posix') {
    parts.push({ kind: 'newNameOnly' });
  }
  if (!how.rules.renameIsAtomic) parts.push({ kind: 'oldNameGone' });
  return parts;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
