import { InvariantError } from '../../errors.js';
import type { Bytes } from '../../units.js';
import type { TableFile } from './tableFile.js';

/** Pages kept in memory. */
const keptPages = 32;

/** Reads the pages of an index, keeps the last few of them, and checks each before it is used. */
export class PageCache {
  readonly #file: TableFile;
  readonly #at: Bytes;
  readonly #pageBytes: Bytes;
  readonly #check: (page: Buffer, number: number) => void;
  readonly #kept = new Map<number, Buffer>();

  constructor(
    file: TableFile,
    how: {
      readonly at: Bytes;
      readonly pageBytes: Bytes;
      /** Throws when the page isn't as it was written. */
      readonly check: (page: Buffer, number: number) => void;
    },
  ) {
    this.#file = file;
    this.#at = how.at;
    this.#pageBytes = how.pageBytes;
    this.#check = how.check;
  }

  /** A page, good until the next call: memory for a page costs more than reading it. */
  pageNow(number: number): Buffer {
    const kept = this.#kept.get(number);
    if (kept) return kept;
    const page = this.#free();
    this.#file.fillNow(page, this.#pageBytes, this.#at + number * this.#pageBytes);
    this.#check(page, number);
    this.#kept.set(number, page);
    return page;
  }

  /** A page of the caller's own. */
  async page(number: number): Promise<Buffer> {
    const kept = this.#kept.get(number);
    if (kept) return Buffer.from(kept);
    const page = await this.#file.bytes(this.#at + number * this.#pageBytes, this.#pageBytes);
    this.#check(page, number);
    return page;
  }

  #free(): Buffer {
    if (this.#kept.size < keptPages) return Buffer.allocUnsafeSlow(this.#pageBytes);
    for (const [oldest, page] of this.#kept) {
      this.#kept.delete(oldest);
      return page;
    }
    throw new InvariantError('a full cache holds no page');
  }
}
