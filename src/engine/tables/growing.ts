const chunkItems = 16 * 1024;

/** A list of 32-bit numbers that grows without ever being copied: a copy of a long one takes too long. */
export class GrowingList {
  length = 0;
  readonly #chunks: Uint32Array[] = [];

  push(value: number): void {
    const at = this.length++ % chunkItems;
    if (at === 0) this.#chunks.push(new Uint32Array(chunkItems));
    this.#chunks[this.#chunks.length - 1]![at] = value;
  }

  /** The number at `i`, which must be below `length`. */
  at(i: number): number {
    return this.#chunks[Math.floor(i / chunkItems)]![i % chunkItems]!;
  }
}
