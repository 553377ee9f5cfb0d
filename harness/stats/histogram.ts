import { invariant } from '../../src/index.js';
import type { Durations } from './huntReport.js';

/** Each bucket's upper bound is this many times the one below: reading its middle errs by 2.44 %. */
const growth = 1.05;
/** In ms. All durations up to here share bucket 0: a clock's grain, not a measurement. */
const floorMs = 0.001;
/** Bucket 600 reaches 5e9 ms, two months; longer ones share it. */
const lastBucket = 600;

const logGrowth = Math.log(growth);

const bucketOf = (ms: number): number =>
  ms <= floorMs
    ? 0
    : Math.min(lastBucket, Math.max(0, Math.ceil(Math.log(ms / floorMs) / logGrowth - 1e-9)));

/** Of the buckets that were asked for: rounding takes longer than all else about a bucket. */
const upperBounds: number[] = [];

/** To four digits: enough to find the bucket again, and short in a report. */
function upperBound(bucket: number): number {
  const bound = upperBounds[bucket] ?? Number((floorMs * growth ** bucket).toPrecision(4));
  upperBounds[bucket] = bound;
  return bound;
}

/** Has the same distance, relatively, to both ends of the bucket. */
const middleOf = (bucket: number): number =>
  bucket === 0 ? floorMs : (2 * floorMs * growth ** bucket) / (1 + growth);

/**
 * Durations in bounded memory, whatever their number: at most 601 counters in geometric steps,
 * from which any quantile is read with at most 2.5 % relative error; smallest and largest exactly.
 *
 * Source: Masson, Rim and Lee (2019), DDSketch, for the relative-error argument.
 */
export class Histogram {
  readonly #buckets = new Map<number, number>();
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #count = 0;

  add(ms: number): void {
    invariant(Number.isFinite(ms), `a duration must be a finite number, got ${ms}`);
    // A clock that steps back gives a negative duration: that is none.
    const duration = Math.max(0, ms);
    this.#widen(duration, duration);
    this.#raise(bucketOf(duration), 1);
  }

  /** Takes in what another histogram, here or on another machine, has reported. */
  absorb(durations: Durations): void {
    this.#widen(durations.min, durations.max);
    for (const [bound, count] of durations.buckets) {
      this.#raise(Math.max(0, Math.round(Math.log(bound / floorMs) / logGrowth)), count);
    }
  }

  /** null while it is empty. */
  durations(): Durations | null {
    if (this.#count === 0) return null;
    const sorted = [...this.#buckets].sort(([a], [b]) => a - b);
    return {
      min: this.#min,
      median: this.#quantile(sorted, 0.5),
      p95: this.#quantile(sorted, 0.95),
      max: this.#max,
      buckets: sorted.map(([bucket, count]) => [upperBound(bucket), count] as const),
    };
  }

  /** Nearest rank: the smallest value with at least `share` of all at or below it. */
  #quantile(sorted: readonly (readonly [number, number])[], share: number): number {
    const rank = Math.ceil(share * this.#count);
    let seen = 0;
    for (const [bucket, count] of sorted) {
      seen += count;
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, middleOf(bucket)));
    }
    return this.#max;
  }

  #widen(min: number, max: number): void {
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
  }

  #raise(bucket: number, by: number): void {
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + by);
    this.#count += by;
  }
}
