import type { StateBound } from './bound.js';

/** Draws numbers in 0 ≤ n < 1; the same sequence for the same seed. */
export type Draw = () => number;

/** Mulberry32, a generator of 32 bits of state. Source: Tommy Ettinger (2017), public domain. */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The ways to lose some of `count` effects that the bound asks for, each as the indices lost, in
 * ascending order: fewest lost first while that is exhaustive.
 */
export function* lostSubsets(count: number, bound: StateBound, draw: Draw): Generator<number[]> {
  if (count <= bound.exhaustive) {
    for (let size = 0; size <= count; size++) yield* combinations(count, size);
    return;
  }
  const few = Math.min(bound.few, count);
  for (let size = 0; size <= few; size++) yield* combinations(count, size);
  for (let size = Math.min(few, count - few - 1); size >= 0; size--) {
    for (const kept of combinations(count, size)) yield without(count, kept);
  }
  for (let from = few + 1; from < count - few; from++) yield tail(count, from);
  for (let sample = 0; sample < bound.samples; sample++) {
    const share = draw();
    const lost = Array.from({ length: count }, (_, index) => index).filter(() => draw() < share);
    if (lost.length > few && count - lost.length > few) yield lost;
  }
}

/** Whether the bound tears writes beside this subset, too. */
export function isTornBeside(lost: number, count: number, bound: StateBound): boolean {
  if (count <= bound.exhaustiveTorn) return true;
  const most = count <= bound.exhaustive ? 1 : 0;
  return lost <= most || count - lost <= most;
}

function* combinations(count: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = from; first <= count - size; first++) {
    for (const rest of combinations(count, size - 1, first + 1)) yield [first, ...rest];
  }
}

/** All from one on. */
function tail(count: number, from: number): number[] {
  return Array.from({ length: count - from }, (_, index) => from + index);
}

function without(count: number, left: readonly number[]): number[] {
  const skipped = new Set(left);
  return Array.from({ length: count }, (_, index) => index).filter((index) => !skipped.has(index));
}
