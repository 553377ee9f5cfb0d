import type { Bytes } from '../../units.js';
import type { Pace } from '../seam.js';
import { type BlockFacts, BlockIndex } from './blockIndex.js';
import { checksumSlice } from './checksum.js';
import { entryFault, entryKey, entryLength, leastEntry, longChecksums, recordAt } from './entry.js';
import type { TableFile } from './tableFile.js';

/** A block that was read and found whole: its entries in ascending order of their keys. */
export interface Block {
  readonly bytes: Buffer;
  /** Where in the file it begins. */
  readonly at: Bytes;
  readonly keys: readonly number[];
  /** Where in `bytes` each entry begins, and after the last one where it ends. */
  readonly starts: readonly number[];
}

/** One entry inside a buffer. */
export interface EntryPlace {
  readonly bytes: Buffer;
  readonly at: number;
  /** Where its record begins, and where that ends. */
  readonly record: number;
  readonly end: number;
}

/** Blocks kept in memory: enough for a few readers that each go on where they were. */
const keptBlocks = 8;
const largestKept = 64 * 1024;

/** How much is read ahead when all blocks are read. */
const spanBytes = 256 * 1024;

/** Entries that begin within so many bytes are read together. */
const nearBytes = 64 * 1024;

/** What is read of an entry before its length is known. */
const firstGuess = 1024;

/** Reads the entries of a table file, in blocks or one by one. Each is checked before it is used. */
export class Blocks {
  readonly #file: TableFile;
  readonly #facts: BlockFacts;
  readonly #kept = new Map<number, Block>();
  readonly #scratch = Buffer.allocUnsafe(firstGuess);
  #index: BlockIndex | undefined;

  constructor(file: TableFile, facts: BlockFacts) {
    this.#file = file;
    this.#facts = facts;
  }

  get count(): number {
    return this.#facts.blocks;
  }

  indexNow(): BlockIndex {
    this.#index ??= BlockIndex.readNow(this.#file, this.#facts);
    return this.#index;
  }

  async index(): Promise<BlockIndex> {
    this.#index ??= await BlockIndex.read(this.#file, this.#facts);
    return this.#index;
  }

  blockNow(number: number): Block {
    const index = this.indexNow();
    const kept = this.#kept.get(number);
    if (kept) return kept;
    const [from, to] = bounds(index, number);
    return this.#keep(number, this.#parse(this.#file.bytesNow(from, to - from), from, number));
  }

  async block(number: number): Promise<Block> {
    const index = await this.index();
    const kept = this.#kept.get(number);
    if (kept) return kept;
    const [from, to] = bounds(index, number);
    const bytes = await this.#file.bytes(from, to - from);
    return this.#keep(number, this.#parse(bytes, from, number));
  }

  /** All blocks in order, read ahead; none of them is kept. */
  async *each(pace: Pace): AsyncGenerator<Block> {
    const index = await this.index();
    const { offsets } = index;
    for (let first = 0; first < this.count; ) {
      const from = offsets[first]!;
      let next = first + 1;
      while (next < this.count && offsets[next + 1]! - from <= spanBytes) next++;
      const span = await this.#file.bytes(from, offsets[next]! - from);
      for (; first < next; first++) {
        await pace.turn();
        const at = offsets[first]!;
        const bytes = span.subarray(at - from, offsets[first + 1]! - from);
        const isLong = bytes.length > checksumSlice;
        const crcs = isLong ? await longChecksums(bytes, this.#file.crc32, pace) : undefined;
        yield this.#parse(bytes, at, first, crcs);
      }
    }
  }

  /** The whole entry at a place that an index named; its bytes are good until the next call. */
  entryNow(at: Bytes): EntryPlace {
    const guess = this.#guess(at);
    const bytes = this.#scratch;
    this.#file.fillNow(bytes, guess, at);
    const length = this.#lengthOf(bytes, at);
    if (length <= guess) return this.#checked(bytes, length, at);
    return this.#checked(this.#file.bytesNow(at, length), length, at);
  }

  /** As `entryNow`, without holding the event loop. */
  async entry(at: Bytes): Promise<EntryPlace> {
    const guess = this.#guess(at);
    const bytes = await this.#file.bytes(at, guess);
    const length = this.#lengthOf(bytes, at);
    if (length <= guess) return this.#checked(bytes, length, at);
    return this.#checked(await this.#file.bytes(at, length), length, at);
  }

  /** The entries at ascending places; those near each other are read together. */
  async entries(places: readonly Bytes[]): Promise<readonly EntryPlace[]> {
    const found: EntryPlace[] = [];
    for (let i = 0; i < places.length; ) {
      const from = places[i]!;
      const guess = this.#guess(from);
      let last = i;
      while (last + 1 < places.length && places[last + 1]! - from < nearBytes) last++;
      const to = Math.min(Math.max(places[last]! - from, 0) + guess, this.#facts.to - from);
      const bytes = await this.#file.bytes(from, to);
      for (; i <= last; i++) found.push(await this.#entryIn(bytes, from, places[i]!));
    }
    return found;
  }

  async #entryIn(bytes: Buffer, from: Bytes, at: Bytes): Promise<EntryPlace> {
    const start = at - from;
    if (start < 0 || bytes.length - start < leastEntry) return this.entry(at);
    const end = start + entryLength(bytes, start);
    if (end > bytes.length) return this.entry(at);
    const why = entryFault(bytes, { at: start, end }, this.#file.crc32);
    if (why) throw this.#file.corrupt(at, why);
    return { bytes, at: start, record: recordAt(bytes, start), end };
  }

  #guess(at: Bytes): Bytes {
    const { from, to } = this.#facts;
    if (at < from || at > to - leastEntry) {
      throw this.#file.corrupt(at, 'an index names this place, which is outside the entries');
    }
    return Math.min(firstGuess, to - at);
  }

  #lengthOf(bytes: Buffer, at: Bytes): Bytes {
    const length = entryLength(bytes, 0);
    // The footer bounds what damaged bytes can make us read.
    if (length <= Math.min(this.#facts.longest, this.#facts.to - at)) return length;
    throw this.#file.corrupt(at, `an entry of ${length} bytes can't be here`);
  }

  #checked(bytes: Buffer, length: Bytes, at: Bytes): EntryPlace {
    const why = entryFault(bytes, { at: 0, end: length }, this.#file.crc32);
    if (why) throw this.#file.corrupt(at, why);
    return { bytes, at: 0, record: recordAt(bytes, 0), end: length };
  }

  /** @param crcs - checksums that were reckoned before, by where their entries begin */
  #parse(bytes: Buffer, at: Bytes, number: number, crcs?: ReadonlyMap<number, number>): Block {
    const { length: end } = bytes;
    const { keys: firsts } = this.#index!; // Read before any block is.
    const keys: number[] = [];
    const starts: number[] = [0];
    let last = -1;
    for (let i = 0; i < end; ) {
      const why = entryFault(bytes, { at: i, end, crc: crcs?.get(i) }, this.#file.crc32);
      if (why) throw this.#file.corrupt(at + i, why);
      const key = entryKey(bytes, i);
      if (key <= last) throw this.#file.corrupt(at + i, 'an entry is out of order');
      keys.push(key);
      last = key;
      i += entryLength(bytes, i);
      starts.push(i);
    }
    const next = firsts[number + 1];
    if (keys[0] !== firsts[number] || (next !== undefined && last >= next)) {
      throw this.#file.corrupt(at, 'the block index is about other entries');
    }
    return { bytes, at, keys, starts };
  }

  #keep(number: number, block: Block): Block {
    if (block.bytes.length > largestKept) return block;
    this.#kept.set(number, block);
    if (this.#kept.size > keptBlocks) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
    return block;
  }
}

/** Where in a block the entry with `key` begins and ends; `undefined` when there is none. */
export function placeIn(block: Block, key: number): EntryPlace | undefined {
  const { keys } = block;
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return keys[low] === key ? placeOf(block, low) : undefined;
}

/** The entry of that number in a block. */
export function placeOf(block: Block, number: number): EntryPlace {
  const at = block.starts[number]!; // Callers count up to the number of keys.
  const end = block.starts[number + 1]!;
  return { bytes: block.bytes, at, record: recordAt(block.bytes, at), end };
}

function bounds(index: BlockIndex, number: number): readonly [from: Bytes, to: Bytes] {
  return [index.offsets[number]!, index.offsets[number + 1]!];
}
