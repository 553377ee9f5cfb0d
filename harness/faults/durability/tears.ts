import type { StateBound } from './bound.js';
import { type Effect, isExtending } from './effects.js';
import type { CrashModel, ModelRules } from './modelRules.js';
import { type FileNode, overwritten, resized } from './nodes.js';

type Write = Extract<Effect, { kind: 'write' }>;

/** A write of which only a part arrived. */
export interface Tear {
  /** Which part arrived. */
  readonly kept: 'head' | 'tail';
  /** Bytes of the write before the cut. */
  readonly cut: number;
  /** What stands where nothing arrived; `old` beyond the file's end means nothing does. */
  readonly rest: 'old' | 'zeros' | 'garbage';
}

/** Every tear of a write within the bound. A single byte over an old one arrives or doesn't. */
export function tearsOf(
  write: Write,
  how: { bound: StateBound; model: CrashModel; rules: ModelRules },
): Tear[] {
  const { bound, model, rules } = how;
  const extends_ = isExtending(write);
  if (!rules.tears || (write.bytes.length < 2 && !extends_)) return [];
  const cuts = cutsOf(write, bound);
  if (model === 'ordered') return orderedTears(cuts, extends_);
  const rests: Tear['rest'][] = ['old'];
  if (rules.tearsLeaveZeros) rests.push('zeros');
  if (rules.tearsLeaveGarbage) rests.push('garbage');
  const nothing = rests.filter((rest) => rest !== 'old');
  return [
    ...nothing.map((rest): Tear => ({ kept: 'head', cut: 0, rest })),
    ...cuts.flatMap((cut) => rests.map((rest): Tear => ({ kept: 'head', cut, rest }))),
    ...(rules.tearsKeepTails
      ? cuts.flatMap((cut) => rests.map((rest): Tear => ({ kept: 'tail', cut, rest })))
      : []),
  ];
}

/** The file with what arrived of a torn write. */
export function applyTear(file: FileNode, write: Write, tear: Tear): FileNode {
  const { at, bytes } = write;
  const { cut, kept, rest } = tear;
  if (kept === 'head') {
    const base = rest === 'old' ? file : filled(file, write, { from: cut, to: bytes.length, rest });
    return cut === 0 ? base : overwritten(base, at, bytes.subarray(0, cut));
  }
  const base = rest === 'old' ? file : filled(file, write, { from: 0, to: cut, rest });
  return overwritten(base, at + cut, bytes.subarray(cut));
}

/** Data reaches an ordered disk before the size does, and old bytes stay where none arrived. */
function orderedTears(cuts: readonly number[], extends_: boolean): Tear[] {
  const heads = cuts.map((cut): Tear => ({ kept: 'head', cut, rest: 'old' }));
  if (extends_) return heads;
  return [...heads, ...cuts.map((cut): Tear => ({ kept: 'tail', cut, rest: 'old' }))];
}

function cutsOf(write: Write, bound: StateBound): number[] {
  const { at, bytes } = write;
  const cuts = new Set<number>();
  for (const granule of bound.tornAt) {
    const first = granule - (at % granule);
    const count = Math.ceil((bytes.length - first) / granule);
    for (const index of spread(count, bound.cuts)) cuts.add(first + index * granule);
  }
  return [...cuts].sort((a, b) => a - b);
}

/** At most `most` numbers of 0..count-1: the first, the last, and even steps between. */
function spread(count: number, most: number): number[] {
  if (count <= 0 || most <= 0) return [];
  if (most === 1) return [Math.floor((count - 1) / 2)];
  const chosen = Math.min(count, most);
  if (chosen === 1) return [0];
  return Array.from({ length: chosen }, (_, i) => Math.round((i * (count - 1)) / (chosen - 1)));
}

function filled(
  file: FileNode,
  write: Write,
  what: { from: number; to: number; rest: 'zeros' | 'garbage' },
): FileNode {
  const { from, to, rest } = what;
  const at = write.at + from;
  const bytes = new Uint8Array(to - from);
  if (rest === 'garbage') {
    for (let i = 0; i < bytes.length; i++) bytes[i] = garbageAt(at + i, write.bytes[from + i] ?? 0);
  }
  if (bytes.length === 0) return file;
  // Only what is there, or zeros, beyond a file's end: a hole before the write reads as zeros.
  return overwritten(at > file.bytes.length ? resized(file, at) : file, at, bytes);
}

/** A byte that looks like any other, the same each time, and never the one that was written. */
function garbageAt(position: number, written: number): number {
  const mixed = Math.imul(position + 0x9e37, 0x85ebca6b) >>> 24;
  return mixed === written ? mixed ^ 0x55 : mixed;
}
