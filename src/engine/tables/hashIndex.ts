import { invariant } from '../../errors.js';
import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import { readU32, setU32 } from '../byteSink.js';
import type { Pace } from '../seam.js';
import { GrowingList } from './growing.js';
import { bucketOf, tagOf } from './idHash.js';
import { PageCache } from './pageCache.js';
import type { TableFile } from './tableFile.js';
import type { TableOutput } from './tableOutput.js';

// On disk, never change. A page: crc u32, slots used u16, overflows u8, zero u8, then slots. A slot:
// the low 32 bits of an offset, then its upper 8 bits and above them the tag; zeros when free.

/** The length of a page. */
export const pageBytes = 4096;
const slotsAt = 8;
const slotBytes = 8;
const slots = (pageBytes - slotsAt) / slotBytes;

/** How many slots of a page are meant to be used: the more, the longer a search in it. */
const slotsFilled = 380;

/** What a footer says about the index of its file. */
export interface HashIndexFacts {
  readonly indexAt: Bytes;
  /** How many pages a hash chooses from. */
  readonly buckets: number;
  /** More than `buckets` when the last of them ran over. */
  readonly pages: number;
}

/** Gathers where each id's entry is: 16 bytes of memory for each job. */
export class HashIndexBuilder {
  readonly #places = new GrowingList();
  readonly #lows = new GrowingList();
  readonly #highs = new GrowingList();

  /** @param offset - below 2^40 */
  add(hash: number, offset: Bytes): void {
    invariant(offset < 2 ** 40, 'a job table ends at 2^40 bytes');
    this.#places.push(bucketOf(hash, 2 ** 29));
    this.#lows.push(offset % 2 ** 32);
    this.#highs.push(tagOf(hash) * 256 + Math.floor(offset / 2 ** 32));
  }

  /** Writes the pages one after the other, at a multiple of their length. */
  async write(out: TableOutput, crc32: Crc32, pace: Pace): Promise<HashIndexFacts> {
    await out.put(Buffer.alloc((pageBytes - (out.at % pageBytes)) % pageBytes));
    const indexAt = out.at;
    const buckets = Math.ceil(this.#lows.length / slotsFilled);
    const { order, starts } = await this.#sorted(buckets, pace);
    let over: number[] = [];
    let pages = 0;
    for (; pages < buckets || over.length > 0; pages++) {
      const due = over;
      over = [];
      for (let i = starts[pages] ?? 0; i < (starts[pages + 1] ?? 0); i++) due.push(order[i]!);
      await pace.turn();
      await out.room(pageBytes);
      const page = out.buffer.subarray(out.used, out.used + pageBytes).fill(0);
      const here = Math.min(due.length, slots);
      for (let i = 0; i < here; i++) this.#place(page, due[i]!);
      for (let i = here; i < due.length; i++) over.push(due[i]!);
      page.writeUInt16LE(here, 4);
      page[6] = over.length > 0 ? 1 : 0;
      setU32(page, 0, crc32(page, 4, pageBytes, pages));
      out.used += pageBytes;
    }
    return { indexAt, buckets, pages };
  }

  /** The numbers of the entries by the pages that they belong to: a counting sort, in small steps. */
  async #sorted(buckets: number, pace: Pace): Promise<{ order: Uint32Array; starts: Uint32Array }> {
    const { length } = this.#lows;
    const starts = new Uint32Array(buckets + 1);
    const order = new Uint32Array(length);
    for (let i = 0; i < length; i++) {
      starts[this.#bucket(i, buckets) + 1]!++;
      if (i % 4096 === 0) await pace.turn();
    }
    for (let i = 0; i < buckets; i++) starts[i + 1]! += starts[i]!;
    const next = starts.slice();
    for (let i = 0; i < length; i++) {
      order[next[this.#bucket(i, buckets)]!++] = i;
      if (i % 4096 === 0) await pace.turn();
    }
    return { order, starts };
  }

  #bucket(i: number, buckets: number): number {
    return Math.floor((this.#places.at(i) * buckets) / 2 ** 29);
  }

  #place(page: Buffer, i: number): void {
    const high = this.#highs.at(i);
    let slot = firstSlot(high >>> 8);
    while (!isFree(page, slot)) slot = afterSlot(slot);
    setU32(page, slotsAt + slot * slotBytes, this.#lows.at(i));
    setU32(page, slotsAt + slot * slotBytes + 4, high);
  }
}

/** Finds entries by the hashes of their ids. */
export class HashIndex {
  readonly facts: HashIndexFacts;
  readonly #file: TableFile;
  readonly #pages: PageCache;

  constructor(file: TableFile, facts: HashIndexFacts) {
    this.facts = facts;
    this.#file = file;
    this.#pages = new PageCache(file, {
      at: facts.indexAt,
      pageBytes,
      check: (page, number) => {
        if (readU32(page, 0) !== file.crc32(page, 4, pageBytes, number)) {
          throw file.corrupt(
            facts.indexAt + number * pageBytes,
            `the index page's checksum is wrong`,
          );
        }
      },
    });
  }

  pageNow(number: number): Buffer {
    this.#bound(number);
    return this.#pages.pageNow(number);
  }

  async page(number: number): Promise<Buffer> {
    this.#bound(number);
    return this.#pages.page(number);
  }

  #bound(number: number): void {
    if (number < this.facts.pages) return;
    throw this.#file.corrupt(this.facts.indexAt, 'the last index page runs over');
  }
}

/** Whether what belongs into a page may also be in the next one. */
export function runsOver(page: Buffer): boolean {
  return page[6] !== 0;
}

/** How many slots of a page are used. */
export function slotsUsed(page: Buffer): number {
  return page.readUInt16LE(4);
}

/** A search through one page for the offsets that go with a tag. */
export class PageSearch {
  readonly #page: Buffer;
  readonly #tag: number;
  #slot: number;
  #left = slots;

  constructor(page: Buffer, hash: number) {
    this.#page = page;
    this.#tag = tagOf(hash);
    this.#slot = firstSlot(this.#tag);
  }

  /** The next offset; 0, where no entry can be, when there is none. */
  next(): Bytes {
    const page = this.#page;
    while (this.#left > 0) {
      const slot = this.#slot;
      if (isFree(page, slot)) break;
      this.#slot = afterSlot(slot);
      this.#left--;
      if (tagIn(page, slot) === this.#tag) return offsetIn(page, slot);
    }
    this.#left = 0;
    return 0;
  }
}

/** Calls `visit` with what is in the slots of a page. */
export function eachSlot(page: Buffer, visit: (tag: number, offset: Bytes) => void): void {
  for (let slot = 0; slot < slots; slot++) {
    if (!isFree(page, slot)) visit(tagIn(page, slot), offsetIn(page, slot));
  }
}

function firstSlot(tag: number): number {
  return tag % slots;
}

function afterSlot(slot: number): number {
  return slot + 1 === slots ? 0 : slot + 1;
}

function isFree(page: Buffer, slot: number): boolean {
  const at = slotsAt + slot * slotBytes;
  return readU32(page, at) === 0 && readU32(page, at + 4) === 0;
}

function tagIn(page: Buffer, slot: number): number {
  return readU32(page, slotsAt + slot * slotBytes + 4) >>> 8;
}

function offsetIn(page: Buffer, slot: number): Bytes {
  const at = slotsAt + slot * slotBytes;
  return readU32(page, at) + page[at + 4]! * 2 ** 32;
}
