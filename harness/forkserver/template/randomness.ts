import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import type { Addon } from '../addon.js';

/**
 * Keeps V8's random numbers unused while the template gets ready, so that each child can start
 * its own sequence: V8 seeds Math.random of a context when it is first asked for, and a copied
 * sequence would be the same in all children.
 */
export class ShelteredRandom {
  readonly #own = Math.random;
  #sheltered = true;

  constructor() {
    const own = this.#own;
    // Code that kept hold of this one while the template got ready draws real numbers later.
    const standIn = () => (this.#sheltered ? drawn() : own());
    Math.random = standIn;
  }

  /** Gives Math.random back, unused. */
  lift(): void {
    this.#sheltered = false;
    Math.random = this.#own;
  }

  /** In a child: begins a sequence of its own. */
  reseed(addon: Addon): void {
    const seed = randomBytes(6).readUIntBE(0, 6);
    if (!addon.reseed(seed)) {
      // Where the generator is hidden: this context by V8's own option, which only counts for a
      // first draw; later contexts by moving the generator on, which every new object hash does.
      setFlagsFromString(`--random-seed=${(seed % 0x7fff_fffe) + 1}`);
      this.#own.call(Math);
      setFlagsFromString('--random-seed=0');
      const hashes = new WeakSet();
      for (let draws = randomBytes(2).readUInt16LE() & 0xfff; draws > 0; draws--) hashes.add({});
    }
  }
}

/** 0..1, from the operating system. */
const drawn = () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
