import type { Crc32 } from '../../ports/platform.js';
import type { JobSeq } from '../../units.js';
import type { Pace } from '../seam.js';
import { LogIndex, LogIndexBuilder, type LogIndexFacts } from './logIndex.js';
import type { TableFile } from './tableFile.js';
import type { TableOutput } from './tableOutput.js';

// On disk, never change. An index as a log table has it, with other rows: what `childKey` makes of
// the hash of the parent's id u48, zero u32, the child's seq u48.

/** What a directory says about the index of children of its file. */
export interface ChildFacts extends LogIndexFacts {
  readonly children: number;
}

/** The part of the hash of a parent's id that the index keeps. */
export const childKey = (hash: number): number => Math.floor(hash / 32);

/** Gathers which jobs belong to which parent: some 24 bytes of memory for each child. */
export class ChildIndexBuilder {
  readonly #index = new LogIndexBuilder();
  #children = 0;

  /** @param seq - greater than the one before */
  add(hash: number, seq: JobSeq): void {
    this.#index.add(childKey(hash), 0, seq as number);
    this.#children++;
  }

  async write(out: TableOutput, crc32: Crc32, pace: Pace): Promise<ChildFacts> {
    return { ...(await this.#index.write(out, crc32, pace)), children: this.#children };
  }
}

/** Finds the children of a parent; read when it is first asked. */
export class ChildIndex {
  readonly facts: ChildFacts;
  readonly #file: TableFile;
  #index: LogIndex | undefined;

  constructor(file: TableFile, facts: ChildFacts) {
    this.#file = file;
    this.facts = facts;
  }

  /** The seqs of all jobs whose parent's id has this hash, ascending; perhaps of some others too. */
  of(hash: number): JobSeq[] {
    const places = this.#read().ofNow(childKey(hash), Number.POSITIVE_INFINITY);
    return places.map(({ offset }) => offset as number);
  }

  /** Calls `visit` with all rows. */
  each(pace: Pace, visit: (key: number, seq: JobSeq) => void): Promise<void> {
    return this.#read().each(pace, (key, _zero, seq) => visit(key, seq as number));
  }

  #read(): LogIndex {
    this.#index ??= LogIndex.readNow(this.#file, this.facts);
    return this.#index;
  }
}
