import type { Bytes } from '../../units.js';
import type { JobEntry } from './jobEntry.js';

/** What an entry weighs beside its bytes on disk. */
const overhead = 200;

/** What the cache asks of those who own the entries. */
export interface CacheOwner {
  /** Whether the table says all that the entry says. */
  isClean(entry: JobEntry): boolean;
  forget(entry: JobEntry): void;
}

/**
 * Bounds the jobs that are in memory only because somebody read them. Second chance: the hand goes
 * round, and forgets what nobody asked for since it last came by.
 */
export class JobCache {
  readonly #ring: JobEntry[] = [];
  readonly #limit: Bytes;
  readonly #owner: CacheOwner;
  #hand = 0;
  #bytes = 0;

  constructor(limit: Bytes, owner: CacheOwner) {
    this.#limit = limit;
    this.#owner = owner;
  }

  get bytes(): Bytes {
    return this.#bytes;
  }

  get size(): number {
    return this.#ring.length;
  }

  add(entry: JobEntry): void {
    if (entry.cachedBytes > 0) return;
    entry.cachedBytes = entry.bytes + overhead;
    this.#ring.push(entry);
    this.#bytes += entry.cachedBytes;
    while (this.#bytes > this.#limit && this.#ring.length > 1) this.#step(entry);
  }

  /** Looks at one entry, but never drops the one that was just asked for. */
  #step(kept: JobEntry): void {
    if (this.#hand >= this.#ring.length) this.#hand = 0;
    const entry = this.#ring[this.#hand]!;
    const isClean = this.#owner.isClean(entry);
    if (entry === kept || (isClean && entry.used)) {
      entry.used = false;
      this.#hand++;
      return;
    }
    const last = this.#ring.pop()!;
    if (last !== entry) this.#ring[this.#hand] = last;
    this.#bytes -= entry.cachedBytes;
    entry.cachedBytes = 0;
    if (isClean) this.#owner.forget(entry);
  }
}
