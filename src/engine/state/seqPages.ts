import type { JobSeq } from '../../units.js';

const perPage = 256;

function pageOf(seq: JobSeq): number {
  return seq < 0x7fff_ffff ? seq >>> 8 : Math.floor(seq / perPage);
}

/**
 * Values by the number of a job. Numbers that are near each other share a page, which makes this
 * faster and smaller than a map of numbers, of which a store has many.
 */
export class SeqPages<T> {
  readonly #pages = new Map<number, (T | undefined)[]>();
  #lastNumber = -1;
  #lastPage: (T | undefined)[] = [];

  get(seq: JobSeq): T | undefined {
    const number = pageOf(seq);
    if (number === this.#lastNumber) return this.#lastPage[seq & 0xff];
    const page = this.#pages.get(number);
    if (page === undefined) return undefined;
    this.#lastNumber = number;
    this.#lastPage = page;
    return page[seq & 0xff];
  }

  set(seq: JobSeq, value: T | undefined): void {
    const number = pageOf(seq);
    if (number !== this.#lastNumber) {
      let page = this.#pages.get(number);
      if (page === undefined) {
        page = new Array<T | undefined>(perPage).fill(undefined);
        this.#pages.set(number, page);
      }
      this.#lastNumber = number;
      this.#lastPage = page;
    }
    this.#lastPage[seq & 0xff] = value;
  }

  /** Forgets a value, and the page with its last one. */
  delete(seq: JobSeq): void {
    const number = pageOf(seq);
    const page = this.#pages.get(number);
    if (page === undefined) return;
    page[seq & 0xff] = undefined;
    if (page.some((value) => value !== undefined)) return;
    this.#pages.delete(number);
    if (number === this.#lastNumber) this.#lastNumber = -1;
  }
}

/** Whole numbers from 0 by the number of a job; -1 where there is none. */
export class SeqNumbers {
  readonly #pages = new Map<number, Int32Array>();
  #lastNumber = -1;
  #lastPage: Int32Array = new Int32Array(0);

  get(seq: JobSeq): number {
    const number = pageOf(seq);
    if (number !== this.#lastNumber) {
      const page = this.#pages.get(number);
      if (page === undefined) return -1;
      this.#lastNumber = number;
      this.#lastPage = page;
    }
    return this.#lastPage[seq & 0xff]!;
  }

  set(seq: JobSeq, value: number): void {
    const number = pageOf(seq);
    if (number !== this.#lastNumber) {
      let page = this.#pages.get(number);
      if (page === undefined) {
        page = new Int32Array(perPage).fill(-1);
        this.#pages.set(number, page);
      }
      this.#lastNumber = number;
      this.#lastPage = page;
    }
    this.#lastPage[seq & 0xff] = value;
  }
}

/** A set of numbers of jobs that can be walked in order at any time without being sorted first. */
export class SeqSet {
  readonly #pages = new Map<number, Uint32Array>();
  #lastNumber = -1;
  #lastPage: Uint32Array = new Uint32Array(8);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(seq: JobSeq): boolean {
    const page = this.#pages.get(pageOf(seq));
    return page !== undefined && (page[(seq & 0xff) >>> 5]! & (1 << (seq & 31))) !== 0;
  }

  add(seq: JobSeq): void {
    const number = pageOf(seq);
    if (number !== this.#lastNumber) {
      let page = this.#pages.get(number);
      if (page === undefined) {
        page = new Uint32Array(8);
        this.#pages.set(number, page);
      }
      this.#lastNumber = number;
      this.#lastPage = page;
    }
    const word = (seq & 0xff) >>> 5;
    const before = this.#lastPage[word]!;
    const after = (before | (1 << (seq & 31))) >>> 0;
    if (after === before) return;
    this.#lastPage[word] = after;
    this.#size++;
  }

  /** The numbers in ascending order, or descending with `newest`; beyond `after` where it is given. */
  *walk(newest = false, after?: JobSeq): Generator<JobSeq> {
    const numbers = Float64Array.from(this.#pages.keys()).sort();
    if (newest) numbers.reverse();
    const sign = newest ? -1 : 1;
    for (const number of numbers) {
      const first = number * perPage;
      const last = first + perPage - 1;
      if (after !== undefined && sign * ((newest ? first : last) - after) <= 0) continue;
      const page = this.#pages.get(number)!;
      for (let step = 0; step < perPage; step++) {
        const seq = newest ? last - step : first + step;
        if ((page[(seq & 0xff) >>> 5]! & (1 << (seq & 31))) === 0) continue;
        if (after === undefined || sign * (seq - after) > 0) yield seq;
      }
    }
  }
}
