import type { RoundTimes } from './race.js';

/** A value with its middle half: half of all that was measured lies from `low` to `high`. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What the issue asks for: a figure, and the bound it has to keep. */
export interface Target {
  readonly what: string;
  readonly value: Spread;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Everything that one scenario measured. */
export interface ScenarioFigures {
  readonly name: string;
  readonly title: string;
  /** What `rows` count. */
  readonly unit: string;
  readonly rows: readonly { readonly name: string; readonly value: Spread }[];
  readonly targets: readonly Target[];
  /** What a reader must know of how the figures came about. */
  readonly notes: readonly string[];
}

/** @param values - at least one */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
  };
}

/**
 * How many times faster `name` is than `peer`: the ratio of each round by itself, so that a slow
 * spell of the machine meets both sides; then the median of those.
 */
export function timesFaster(
  times: readonly RoundTimes[],
  name: string,
  peer: string,
): Spread | undefined {
  const [own, other] = [name, peer].map((who) => times.find((t) => t.name === who)?.rounds);
  if (!own || !other) return undefined;
  return spreadOf(own.map((one, round) => (other[round] ?? Number.NaN) / one));
}

/** The target that the store be faster than a peer; a note instead where the peer took no part. */
export function fasterThan(
  times: readonly RoundTimes[],
  peer: string,
  atLeast: number,
): { readonly targets: readonly Target[]; readonly notes: readonly string[] } {
  const value = timesFaster(times, 'store', peer);
  return value
    ? { targets: [{ what: `${peer} / store`, value, unit: 'x', atLeast }], notes: [] }
    : { targets: [], notes: [`${peer} took no part: at least ${atLeast} x was asked`] };
}

/** Whether the median keeps the bound; `NaN` never does. */
export function isMet({ value, atLeast, atMost }: Target): boolean {
  return (
    (atLeast === undefined || value.median >= atLeast) &&
    (atMost === undefined || value.median <= atMost) &&
    !Number.isNaN(value.median)
  );
}

/** The smallest share of the work as a part of a fair one: 1 when all did the same. */
export function smallestShare(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (Math.min(...counts) * counts.length) / total;
}

/** Between two neighbours the value is drawn by a straight line. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
