import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import { readU48, setU48 } from '../byteSink.js';
import type { TableFile } from './tableFile.js';
import type { TableOutput } from './tableOutput.js';

/** A block takes entries until it has so many bytes; a long entry may make it longer. */
const blockBytes = 16 * 1024;

/** On disk: first key u48, offset u48. */
const rowBytes = 12;

/** What a footer says about the blocks of its file. */
export interface BlockFacts {
  /** Where the first block begins, and where the last one ends. */
  readonly from: Bytes;
  readonly to: Bytes;
  readonly blocks: number;
  readonly indexAt: Bytes;
  readonly indexCrc: number;
  /** The longest entry. */
  readonly longest: Bytes;
}

/** Notes where blocks begin while entries are written one after the other. */
export class BlockIndexBuilder {
  readonly #keys: number[] = [];
  readonly #offsets: Bytes[] = [];
  #begun = Number.NEGATIVE_INFINITY;

  /** An entry is going to be written at `at`. */
  add(key: number, at: Bytes): void {
    if (at - this.#begun < blockBytes) return;
    this.#begun = at;
    this.#keys.push(key);
    this.#offsets.push(at);
  }

  /** Writes the index. */
  async write(out: TableOutput): Promise<Pick<BlockFacts, 'blocks' | 'indexAt' | 'indexCrc'>> {
    const bytes = Buffer.allocUnsafe(this.#keys.length * rowBytes);
    this.#keys.forEach((key, i) => {
      setU48(bytes, i * rowBytes, key);
      setU48(bytes, i * rowBytes + 6, this.#offsets[i]!);
    });
    const indexAt = out.at;
    const indexCrc = await out.checksum(bytes);
    await out.put(bytes);
    return { blocks: this.#keys.length, indexAt, indexCrc };
  }
}

/** Where the blocks of a file are; read when it is first asked for. */
export class BlockIndex {
  /** The first key of each block, ascending. */
  readonly keys: Float64Array;
  /** Where each block begins, and after the last one where it ends. */
  readonly offsets: Float64Array;

  private constructor(keys: Float64Array, offsets: Float64Array) {
    this.keys = keys;
    this.offsets = offsets;
  }

  static readNow(file: TableFile, facts: BlockFacts): BlockIndex {
    return decode(file, facts, file.bytesNow(facts.indexAt, facts.blocks * rowBytes));
  }

  static async read(file: TableFile, facts: BlockFacts): Promise<BlockIndex> {
    return decode(file, facts, await file.bytes(facts.indexAt, facts.blocks * rowBytes));
  }

  static of(keys: Float64Array, offsets: Float64Array): BlockIndex {
    return new BlockIndex(keys, offsets);
  }

  /** The block that must hold `key` if there is such an entry; -1 when all are greater. */
  find(key: number): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keys[middle]! <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function decode(file: TableFile, facts: BlockFacts, bytes: Buffer): BlockIndex {
  const crc32: Crc32 = file.crc32;
  const wrong = (why: string) => file.corrupt(facts.indexAt, why);
  if (crc32(bytes, 0, bytes.length) !== facts.indexCrc) {
    throw wrong(`the block index's checksum is wrong`);
  }
  const keys = new Float64Array(facts.blocks);
  const offsets = new Float64Array(facts.blocks + 1);
  offsets[facts.blocks] = facts.to;
  for (let i = 0; i < facts.blocks; i++) {
    keys[i] = readU48(bytes, i * rowBytes);
    offsets[i] = readU48(bytes, i * rowBytes + 6);
    if (i > 0 && keys[i]! <= keys[i - 1]!) throw wrong('blocks are out of order');
    if (i > 0 && offsets[i]! <= offsets[i - 1]!) throw wrong('blocks overlap');
  }
  if (offsets[0] !== facts.from || (facts.blocks > 0 && offsets[facts.blocks - 1]! >= facts.to)) {
    throw wrong('blocks leave their section');
  }
  return BlockIndex.of(keys, offsets);
}
