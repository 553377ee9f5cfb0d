import type { Crc32 } from '../../ports/platform.js';
import type { Bytes, JobSeq } from '../../units.js';
import { readU16, readU32, readU48, setU32, setU48 } from '../byteSink.js';
import type { Pace } from '../seam.js';
import { PageCache } from './pageCache.js';
import { sortInSlices } from './sortInSlices.js';
import type { TableFile } from './tableFile.js';
import type { TableOutput } from './tableOutput.js';

// On disk, never change. A page: crc u32, rows u16, zero u16, then rows in the order of jobs and
// LSNs: job's seq u48, number u32, offset u48. Behind the pages the fences: each page's first seq,
// u48.

const rowBytes = 16;
const rowsAt = 8;
const pageRows = 255;
const fenceBytes = 6;

/** The length of a page. */
export const logPageBytes: Bytes = 4096;

/** What a footer says about the index of its file. */
export interface LogIndexFacts {
  readonly indexAt: Bytes;
  readonly pages: number;
  readonly fencesCrc: number;
}

/** Where one entry is. */
export interface LogPlace {
  readonly number: number;
  readonly offset: Bytes;
}

/** The length of the fences of so many pages. */
export function fencesBytes(pages: number): Bytes {
  return pages * fenceBytes;
}

const fencesAt = ({ indexAt, pages }: LogIndexFacts): Bytes => indexAt + pages * logPageBytes;

/** Gathers where the entries of each job are. */
export class LogIndexBuilder {
  readonly #jobs: JobSeq[] = [];
  readonly #numbers: number[] = [];
  readonly #offsets: Bytes[] = [];

  add(jobSeq: JobSeq, number: number, offset: Bytes): void {
    this.#jobs.push(jobSeq);
    this.#numbers.push(number);
    this.#offsets.push(offset);
  }

  async write(out: TableOutput, crc32: Crc32, pace: Pace): Promise<LogIndexFacts> {
    const jobs = this.#jobs;
    const order = await sortInSlices(jobs.length, (a, b) => jobs[a]! - jobs[b]!, pace);
    const indexAt = out.at;
    const pages = Math.ceil(order.length / pageRows);
    const fences = Buffer.alloc(fencesBytes(pages));
    for (let number = 0; number < pages; number++) {
      const rows = order.subarray(number * pageRows, (number + 1) * pageRows);
      await pace.turn();
      await out.room(logPageBytes);
      const page = out.buffer.subarray(out.used, out.used + logPageBytes).fill(0);
      page.writeUInt16LE(rows.length, 4);
      rows.forEach((row, i) => {
        const at = rowsAt + i * rowBytes;
        setU48(page, at, jobs[row]!);
        setU32(page, at + 6, this.#numbers[row]!);
        setU48(page, at + 10, this.#offsets[row]!);
      });
      setU48(fences, number * fenceBytes, jobs[rows[0]!]!);
      setU32(page, 0, crc32(page, 4, logPageBytes, number));
      out.used += logPageBytes;
    }
    const fencesCrc = await out.checksum(fences);
    await out.put(fences);
    return { indexAt, pages, fencesCrc };
  }
}

/** Finds the entries of a job. */
export class LogIndex {
  readonly facts: LogIndexFacts;
  readonly #file: TableFile;
  readonly #fences: Float64Array;
  readonly #pages: PageCache;

  private constructor(file: TableFile, facts: LogIndexFacts, fences: Float64Array) {
    this.#file = file;
    this.facts = facts;
    this.#fences = fences;
    this.#pages = new PageCache(file, {
      at: facts.indexAt,
      pageBytes: logPageBytes,
      check: (page, number) => this.#check(page, number),
    });
  }

  static async read(file: TableFile, facts: LogIndexFacts): Promise<LogIndex> {
    const bytes = await file.bytes(fencesAt(facts), fencesBytes(facts.pages));
    return LogIndex.#from(file, facts, bytes);
  }

  static readNow(file: TableFile, facts: LogIndexFacts): LogIndex {
    const bytes = file.bytesNow(fencesAt(facts), fencesBytes(facts.pages));
    return LogIndex.#from(file, facts, bytes);
  }

  static #from(file: TableFile, facts: LogIndexFacts, bytes: Buffer): LogIndex {
    const at = fencesAt(facts);
    if (file.crc32(bytes, 0, bytes.length) !== facts.fencesCrc) {
      throw file.corrupt(at, `the fences' checksum is wrong`);
    }
    const fences = new Float64Array(facts.pages);
    for (let i = 0; i < facts.pages; i++) {
      fences[i] = readU48(bytes, i * fenceBytes);
      if (i > 0 && fences[i]! < fences[i - 1]!) throw file.corrupt(at, 'fences are out of order');
    }
    return new LogIndex(file, facts, fences);
  }

  /** The last `limit` entries of a job, in ascending order. */
  ofNow(jobSeq: JobSeq, limit: number): readonly LogPlace[] {
    const found: LogPlace[] = [];
    for (let number = this.#lastPageOf(jobSeq); number >= 0 && found.length < limit; number--) {
      const page = this.#pages.pageNow(number);
      let row = rowsIn(page) - 1;
      while (row >= 0 && jobIn(page, row) > jobSeq) row--;
      for (; row >= 0 && jobIn(page, row) === jobSeq && found.length < limit; row--) {
        found.push(placeIn(page, row));
      }
      if (row >= 0) break;
    }
    return found.reverse();
  }

  /** Calls `visit` with all rows, in the order of jobs. */
  async each(
    pace: Pace,
    visit: (jobSeq: JobSeq, number: number, offset: Bytes) => void,
  ): Promise<void> {
    for (let number = 0; number < this.facts.pages; number++) {
      await pace.turn();
      const page = this.#pages.pageNow(number);
      for (let row = 0; row < rowsIn(page); row++) {
        const place = placeIn(page, row);
        visit(jobIn(page, row), place.number, place.offset);
      }
    }
  }

  #lastPageOf(jobSeq: JobSeq): number {
    let low = 0;
    let high = this.#fences.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#fences[middle]! <= jobSeq) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #check(page: Buffer, number: number): void {
    const at = this.facts.indexAt + number * logPageBytes;
    if (readU32(page, 0) !== this.#file.crc32(page, 4, logPageBytes, number)) {
      throw this.#file.corrupt(at, `the index page's checksum is wrong`);
    }
    const rows = rowsIn(page);
    if (rows < 1 || rows > pageRows || jobIn(page, 0) !== this.#fences[number]) {
      throw this.#file.corrupt(at, 'the index page is another one');
    }
  }
}

function rowsIn(page: Buffer): number {
  return readU16(page, 4);
}

function jobIn(page: Buffer, row: number): JobSeq {
  return readU48(page, rowsAt + row * rowBytes);
}

function placeIn(page: Buffer, row: number): LogPlace {
  const at = rowsAt + row * rowBytes;
  return { number: readU32(page, at + 6), offset: readU48(page, at + 10) };
}
