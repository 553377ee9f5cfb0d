import { randomBytes } from 'node:crypto';
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

  /**
   * Gives Math.random back, unused.
   *
   * @throws when this V8 hides where its seeds come from: children would draw alike
   */
  lift(addon: Addon): void {
    this.#sheltered = false;
    Math.random = this.#own;
    // An object's hash, made when it is first put into a set, is drawn from the same source.
    const hashed = new WeakSet();
    const found = addon.findRandomness(() => hashed.add({}));
    if (!found) throw new Error('fork server: random numbers of this V8 are out of reach');
  }

  /** In a child: begins a sequence of its own. */
  reseed(addon: Addon): void {
    addon.reseed(randomBytes(6).readUIntBE(0, 6));
  }
}

/** 0..1, from the operating system. */
const drawn = () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
