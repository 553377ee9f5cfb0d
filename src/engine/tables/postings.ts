import type { Crc32 } from '../../ports/platform.js';
import type { Bytes, JobSeq } from '../../units.js';
import { readU32, readU48, setU32, setU48 } from '../byteSink.js';
import type { TableFile } from './tableFile.js';
import type { TableOutput } from './tableOutput.js';

// On disk, never change. A chunk: crc u32, count u32, first u48, zero u16, then what each seq is
// above the first, u32.

/** Seqs in one chunk, which then has just about 4 KiB. */
const chunkSeqs = 1020;
const seqsAt = 16;

/** One chunk of a posting list. */
export interface Chunk {
  readonly at: Bytes;
  readonly count: number;
  readonly first: JobSeq;
  readonly last: JobSeq;
}

/** The seqs of the jobs of one type and status while a table is written, in chunks. */
export class PostingBuilder {
  /** How many seqs there are. */
  count = 0;
  readonly #chunks: { first: JobSeq; last: JobSeq; count: number; above: Uint32Array }[] = [];

  /** @param seq - greater than the one before */
  add(seq: JobSeq): void {
    this.count++;
    let chunk = this.#chunks[this.#chunks.length - 1];
    if (!chunk || chunk.count === chunkSeqs || seq - chunk.first >= 2 ** 32) {
      chunk = { first: seq, last: seq, count: 0, above: new Uint32Array(chunk ? chunkSeqs : 4) };
      this.#chunks.push(chunk);
    }
    if (chunk.count === chunk.above.length) {
      const longer = new Uint32Array(Math.min(chunkSeqs, chunk.above.length * 4));
      longer.set(chunk.above);
      chunk.above = longer;
    }
    chunk.above[chunk.count++] = seq - chunk.first;
    chunk.last = seq;
  }

  /** Writes the chunks one after the other. @returns where they are */
  async write(out: TableOutput, crc32: Crc32): Promise<readonly Chunk[]> {
    const written: Chunk[] = [];
    for (const { first, last, count, above } of this.#chunks) {
      const length = seqsAt + count * 4;
      const wait = out.room(length);
      if (wait) await wait;
      const { at } = out;
      const bytes = out.buffer.subarray(out.used, out.used + length);
      setU32(bytes, 4, count);
      setU48(bytes, 8, first);
      bytes.fill(0, 14, seqsAt);
      for (let i = 0; i < count; i++) setU32(bytes, seqsAt + i * 4, above[i]!);
      setU32(bytes, 0, crc32(bytes, 4, length, at % 2 ** 32));
      out.used += length;
      written.push({ at, count, first, last });
    }
    return written;
  }
}

/** The seqs of one chunk, ascending; found to be those that were written. */
export function readChunkNow(file: TableFile, chunk: Chunk): Float64Array {
  const { at, count } = chunk;
  const length = seqsAt + count * 4;
  const bytes = file.bytesNow(at, length);
  if (readU32(bytes, 0) !== file.crc32(bytes, 4, length, at % 2 ** 32)) {
    throw file.corrupt(at, `a posting list's checksum is wrong`);
  }
  const first = readU48(bytes, 8);
  const seqs = new Float64Array(count);
  let last = -1;
  for (let i = 0; i < count; i++) {
    const seq = first + readU32(bytes, seqsAt + i * 4);
    if (seq <= last) throw file.corrupt(at, 'a posting list is out of order');
    seqs[i] = last = seq;
  }
  if (readU32(bytes, 4) !== count || seqs[0] !== chunk.first || last !== chunk.last) {
    throw file.corrupt(at, 'the directory is about another posting list');
  }
  return seqs;
}
