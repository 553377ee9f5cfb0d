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

  pageNow(number: number): Buffer {
    const kept = this.#kept.get(number);
    if (kept) return kept;
    const page = this.#file.bytesNow(this.#at + number * this.#pageBytes, this.#pageBytes);
    return this.#keep(number, page);
  }

  async page(number: number): Promise<Buffer> {
    const kept = this.#kept.get(number);
    if (kept) return kept;
    const page = await this.#file.bytes(this.#at + number * this.#pageBytes, this.#pageBytes);
    return this.#keep(number, page);
  }

  #keep(number: number, page: Buffer): Buffer {
    this.#check(page, number);
    this.#kept.set(number, page);
    if (this.#kept.size > keptPages) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
    return page;
  }
}
