import type { JobSeq, Lsn } from '../../units.js';
import type { LogTableEntry, Pace } from '../seam.js';
import { Blocks, placeOf } from './blocks.js';
import { headerBytes, tableMagic } from './footer.js';
import { readLogFooter } from './logFooter.js';
import { LogIndex } from './logIndex.js';
import { mixed } from './sums.js';
import { TableFile, type TablePlatform } from './tableFile.js';
import { readLog, type TableLog } from './tableLog.js';

/**
 * An open log table. Reads are checked: a damaged byte is answered with an error or makes no
 * difference.
 *
 * @throws FlakehoundError `CHECKPOINT_CORRUPT`, `CHECKPOINT_READ` from every read
 */
export interface LogTable {
  readonly entry: LogTableEntry;
  /** The number of a job's last entry in here; 0 when there is none. Reads a page or two. */
  lastNumberNow(jobSeq: JobSeq): number;
  /** A job's entries, oldest first; with `limit` the last so many. */
  of(jobSeq: JobSeq, how?: { readonly limit?: number }): Promise<readonly TableLog[]>;
  /** The last entries of all jobs, newest first; with `before` only those of lower LSNs. */
  newest(limit: number, before?: Lsn): Promise<readonly TableLog[]>;
  /** All entries in ascending order of their LSNs, a block at a time. */
  each(pace: Pace): AsyncGenerator<readonly TableLog[]>;
  /** Reads everything, and compares the index with what it is about. */
  verify(pace: Pace): Promise<void>;
  /** Waits for reads under way; later ones fail. Twice is harmless. */
  close(): Promise<void>;
}

/** Where a log table is and what the manifest says about it. */
export interface LogTablePlace {
  readonly platform: TablePlatform;
  readonly dir: string;
  readonly entry: LogTableEntry;
  readonly storeId: string;
}

/**
 * Opens a log table: reads its footer, and a few bytes for every 255 entries.
 *
 * @throws FlakehoundError `CHECKPOINT_CORRUPT` also when it isn't the file that the manifest means;
 * `CHECKPOINT_READ`
 */
export async function openLogTable(place: LogTablePlace): Promise<LogTable> {
  const { platform, entry, storeId } = place;
  const path = platform.files.join(place.dir, entry.name);
  const file = await TableFile.open(platform, path, entry.bytes);
  try {
    const footer = await readLogFooter(file, entry.bytes, storeId);
    const isMeant =
      footer.firstLsn === entry.firstLsn &&
      footer.lastLsn === entry.lastLsn &&
      footer.entries === entry.entries;
    if (!isMeant) {
      throw file.corrupt(
        0,
        `it has the entries from LSN ${footer.firstLsn} to ${footer.lastLsn}; the manifest means another table, from LSN ${entry.firstLsn} to ${entry.lastLsn}`,
      );
    }
    const index = await LogIndex.read(file, footer.index);
    return new OpenLogTable(entry, { file, blocks: new Blocks(file, footer.blocks), index });
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

interface LogTableParts {
  readonly file: TableFile;
  readonly blocks: Blocks;
  readonly index: LogIndex;
}

class OpenLogTable implements LogTable {
  readonly entry: LogTableEntry;
  readonly #parts: LogTableParts;

  constructor(entry: LogTableEntry, parts: LogTableParts) {
    this.entry = entry;
    this.#parts = parts;
  }

  lastNumberNow(jobSeq: JobSeq): number {
    return this.#parts.index.ofNow(jobSeq, 1)[0]?.number ?? 0;
  }

  of(jobSeq: JobSeq, how: { readonly limit?: number } = {}): Promise<readonly TableLog[]> {
    const { limit = Number.POSITIVE_INFINITY } = how;
    return this.#parts.file.during(() => this.#of(jobSeq, limit));
  }

  newest(limit: number, before: Lsn = Number.POSITIVE_INFINITY): Promise<readonly TableLog[]> {
    return this.#parts.file.during(() => this.#newest(limit, before));
  }

  each(pace: Pace): AsyncGenerator<readonly TableLog[]> {
    return this.#parts.file.whileEach(this.#each(pace));
  }

  verify(pace: Pace): Promise<void> {
    return this.#parts.file.during(() => this.#verify(pace));
  }

  close(): Promise<void> {
    return this.#parts.file.close();
  }

  async #of(jobSeq: JobSeq, limit: number): Promise<readonly TableLog[]> {
    const { blocks, file, index } = this.#parts;
    const places = index.ofNow(jobSeq, limit);
    const entries = await blocks.entries(places.map((place) => place.offset));
    return entries.map((entry, i) => {
      const log = readLog(entry);
      const { number, offset } = places[i]!; // One entry comes back for each place.
      if (log.jobSeq !== jobSeq || log.number !== number) {
        throw file.corrupt(offset, 'the index names this place for another entry');
      }
      return owned(log);
    });
  }

  async #newest(limit: number, end: Lsn): Promise<readonly TableLog[]> {
    const { blocks } = this.#parts;
    const found: TableLog[] = [];
    let number = (await blocks.index()).find(end);
    for (; number >= 0 && found.length < limit; number--) {
      const block = await blocks.block(number);
      for (let i = block.keys.length - 1; i >= 0 && found.length < limit; i--) {
        if (block.keys[i]! < end) found.push(owned(readLog(placeOf(block, i))));
      }
    }
    return found;
  }

  async *#each(pace: Pace): AsyncGenerator<readonly TableLog[]> {
    for await (const block of this.#parts.blocks.each(pace)) {
      yield block.keys.map((_, i) => readLog(placeOf(block, i)));
    }
  }

  async #verify(pace: Pace): Promise<void> {
    const { blocks, file, index } = this.#parts;
    const { entry } = this;
    const header = await file.bytes(0, headerBytes);
    if (header.toString('latin1') !== tableMagic.logs) throw file.corrupt(0, 'it is no log table');
    let entries = 0;
    let expected = 0;
    let last: Lsn = 0;
    for await (const block of blocks.each(pace)) {
      for (let i = 0; i < block.keys.length; i++) {
        const { lsn, jobSeq, number } = readLog(placeOf(block, i));
        if (entries++ === 0 && lsn !== entry.firstLsn) {
          throw file.corrupt(block.at, `its first entry has LSN ${lsn}, not ${entry.firstLsn}`);
        }
        expected = (expected + mixed(jobSeq, number, block.at + block.starts[i]!)) | 0;
        last = lsn;
      }
    }
    let rows = 0;
    let sum = 0;
    await index.each(pace, (jobSeq, number, offset) => {
      rows++;
      sum = (sum + mixed(jobSeq, number, offset)) | 0;
    });
    if (entries !== entry.entries || last !== entry.lastLsn) {
      throw file.corrupt(0, `it has ${entries} entries up to LSN ${last}, not ${entry.entries}`);
    }
    if (rows !== entries || sum !== expected) {
      throw file.corrupt(index.facts.indexAt, 'the index is about other entries');
    }
  }
}

/** Copied, so that a small entry never keeps a whole block in memory. */
function owned(log: TableLog): TableLog {
  return { ...log, bytes: Buffer.from(log.bytes) };
}
