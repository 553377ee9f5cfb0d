import type { Job } from '../../jobs/job.js';
import type { Lsn } from '../../units.js';
import type { JobEntry } from './jobEntry.js';

/** From so many settled changes on, the queue's front is cut off. */
const longFront = 4096;

/** One change of one job on its way to the disk, or just arrived there. */
export interface StateChange {
  readonly lsn: Lsn;
  readonly entry: JobEntry;
  readonly before: Job | null;
  readonly job: Job | null;
}

/** The changes that are neither durable nor taken back, in the order of their LSNs. */
export class PendingChanges {
  #queue: StateChange[] = [];
  #settled = 0;

  get size(): number {
    return this.#queue.length - this.#settled;
  }

  push(change: StateChange): void {
    this.#queue.push(change);
  }

  /** Takes out what is up to `lsn`, the oldest first. */
  settle(lsn: Lsn, each: (change: StateChange) => void): void {
    const queue = this.#queue;
    let next = this.#settled;
    while (next < queue.length && queue[next]!.lsn <= lsn) {
      const change = queue[next++]!;
      this.#settled = next;
      each(change);
    }
    if (next === queue.length) {
      this.#queue = [];
      this.#settled = 0;
    } else if (next > longFront && next * 2 > queue.length) {
      this.#queue = queue.slice(next);
      this.#settled = 0;
    }
  }

  /** Takes out what is from `lsn` on, the newest first. */
  revert(lsn: Lsn, each: (change: StateChange) => void): void {
    const queue = this.#queue;
    while (queue.length > this.#settled && queue.at(-1)!.lsn >= lsn) each(queue.pop()!);
  }
}
