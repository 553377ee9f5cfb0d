import type { JobSeq } from '../../units.js';
import { type Chunk, readChunkNow } from './postings.js';
import type { TableFile } from './tableFile.js';

/** Hands out the seqs of jobs one after the other, and reads no more of the file than that takes. */
export interface SeqCursor {
  /** `undefined` at the end. @throws FlakehoundError `CHECKPOINT_CORRUPT`, `CHECKPOINT_READ` */
  next(): JobSeq | undefined;
}

/** Where a listing begins and in which direction it goes. */
export interface SeqRange {
  /** Only seqs above this one, or below it with `newest`. */
  readonly after?: JobSeq;
  /** From the highest downwards. */
  readonly newest?: boolean;
}

/** Merges posting lists, which have no seq in common. */
export function openSeqCursor(
  file: TableFile,
  lists: readonly (readonly Chunk[])[],
  range: SeqRange,
): SeqCursor {
  const open = lists.map((chunks) => new ListCursor(file, chunks, range));
  const heap = open.filter((list) => list.head !== undefined);
  const sign = range.newest ? -1 : 1;
  // A sorted list is a heap.
  heap.sort((a, b) => sign * (a.head! - b.head!));
  return {
    next() {
      const top = heap[0];
      const seq = top?.head;
      if (top === undefined) return undefined;
      top.advance();
      if (top.head === undefined) {
        const last = heap.pop();
        if (last !== undefined && heap.length > 0) heap[0] = last;
      }
      if (heap.length > 1) sink(heap, sign);
      return seq;
    },
  };
}

/** Moves the first of a heap down to its place. */
function sink(heap: ListCursor[], sign: number): void {
  const moving = heap[0]!;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    const right = heap[child + 1];
    if (right && sign * (right.head! - heap[child]!.head!) < 0) child++;
    if (sign * (moving.head! - heap[child]!.head!) <= 0) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = moving;
}

/** Goes along one posting list. A chunk is read only when its first seq to be handed out has been. */
class ListCursor {
  /** The seq that comes next. */
  head: JobSeq | undefined;
  readonly #file: TableFile;
  readonly #chunks: readonly Chunk[];
  readonly #step: 1 | -1;
  #number: number;
  #seqs: Float64Array | undefined;
  #at = 0;

  constructor(file: TableFile, chunks: readonly Chunk[], { after, newest }: SeqRange) {
    this.#file = file;
    this.#chunks = chunks;
    this.#step = newest ? -1 : 1;
    this.#number = newest ? chunks.length - 1 : 0;
    if (after !== undefined) this.#number = this.#chunkAfter(after);
    this.#enter();
    while (
      after !== undefined &&
      this.head !== undefined &&
      this.#step * (this.head - after) <= 0
    ) {
      this.advance();
    }
  }

  advance(): void {
    const chunk = this.#chunks[this.#number]!; // `head` was defined, so there is one.
    this.#at += this.#step;
    if (this.#at < 0 || this.#at >= chunk.count) {
      this.#number += this.#step;
      this.#enter();
      return;
    }
    this.#seqs ??= readChunkNow(this.#file, chunk);
    this.head = this.#seqs[this.#at];
  }

  #enter(): void {
    const chunk = this.#chunks[this.#number];
    this.#seqs = undefined;
    this.#at = this.#step > 0 || !chunk ? 0 : chunk.count - 1;
    this.head = this.#step > 0 ? chunk?.first : chunk?.last;
  }

  /** The first chunk in our direction that reaches beyond `after`. */
  #chunkAfter(after: JobSeq): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle]!;
      const isBefore = this.#step > 0 ? chunk.last <= after : chunk.first < after;
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return this.#step > 0 ? low : low - 1;
  }
}
