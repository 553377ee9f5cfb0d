/**
 * How many runs, each counted once however often it is named: one bit each, so that a hundred
 * thousand take 12.5 kB.
 */
export class RunSet {
  #bits = new Uint8Array(8);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(run: number): void {
    const byte = Math.floor(run / 8);
    const bit = 1 << (run % 8);
    if (byte >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    const before = this.#bits[byte] ?? 0;
    if ((before & bit) !== 0) return;
    this.#bits[byte] = before | bit;
    this.#size += 1;
  }

  /** Runs of another hunt: all different from those here, whatever their numbers. */
  addOthers(count: number): void {
    this.#size += count;
  }
}
