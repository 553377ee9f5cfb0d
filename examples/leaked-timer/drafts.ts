import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

/** Texts in the making, kept compressed. */
export class Drafts {
  readonly #kept = new Map<string, Buffer>();

  async save(name: string, text: string): Promise<void> {
    this.#kept.set(name, await compress(text));
  }

  has(name: string): boolean {
    return this.#kept.has(name);
  }
}
