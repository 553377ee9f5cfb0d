import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import {
  createByteSink,
  putU16,
  putU32,
  putU48,
  putUtf8,
  putZeros,
  readU16,
  readU32,
  readU48,
} from '../byteSink.js';
import type { Pace } from '../seam.js';
import { ChildIndex, ChildIndexBuilder } from './childIndex.js';
import { type Chunk, PostingBuilder } from './postings.js';
import type { TableFile } from './tableFile.js';
import type { TableOutput } from './tableOutput.js';

// On disk, never change. Types u32, each: length u16, UTF-8. Groups u32, each: type u32, status
// u16, zero u16, jobs u48, zero u16, chunks u32, then for each chunk: offset u48, count u32, first
// u48, last u48. Then, in tables with an index of children: offset u48, pages u32, checksum of the
// fences u32, children u48.

const chunkRow = 22;
const childFactsBytes = 20;

/** All jobs of one type and status. */
export interface Group {
  readonly type: string;
  readonly status: number;
  readonly jobs: number;
  /**
   * Read when they are first asked for: a large table has a thousand, and most opens need none.
   *
   * @throws FlakehoundError `CHECKPOINT_CORRUPT`
   */
  readonly chunks: readonly Chunk[];
}

/** What a footer says about the directory of its file. */
export interface DirectoryFacts {
  readonly postingsAt: Bytes;
  readonly directoryAt: Bytes;
  readonly directoryBytes: Bytes;
  readonly directoryCrc: number;
}

/** What a table's directory lists. */
export interface Directory {
  readonly types: readonly string[];
  readonly groups: readonly Group[];
  /** Undefined in a table that was written without. */
  readonly children: ChildIndex | undefined;
}

/** Sorts jobs by type and status while a table is written: some 4 bytes of memory for each job. */
export class DirectoryBuilder {
  #children: ChildIndexBuilder | undefined;
  readonly #types = new Map<
    string,
    { readonly number: number; readonly groups: PostingBuilder[] }
  >();

  /** From here on it gathers children too. */
  indexChildren(): ChildIndexBuilder {
    this.#children ??= new ChildIndexBuilder();
    return this.#children;
  }

  /** Notes a job. @returns the number of its type in this file */
  add(type: string, status: number, seq: number): number {
    let known = this.#types.get(type);
    if (!known) {
      known = { number: this.#types.size, groups: [] };
      this.#types.set(type, known);
    }
    let group = known.groups[status];
    if (!group) {
      group = new PostingBuilder();
      known.groups[status] = group;
    }
    group.add(seq);
    return known.number;
  }

  /** Writes the posting lists, the index of children, then the directory. */
  async write(out: TableOutput, crc32: Crc32, pace: Pace): Promise<DirectoryFacts> {
    const postingsAt = out.at;
    const sink = createByteSink(4096);
    putU32(sink, this.#types.size);
    for (const type of this.#types.keys()) {
      putU16(sink, Buffer.byteLength(type));
      putUtf8(sink, type);
      await pace.turn();
    }
    const groupsAt = sink.at;
    let groups = 0;
    putU32(sink, groups);
    for (const { number, groups: byStatus } of this.#types.values()) {
      for (const [status, group] of byStatus.entries()) {
        if (!group) continue;
        groups++;
        await pace.turn();
        const chunks = await group.write(out, crc32);
        putU32(sink, number);
        putU16(sink, status);
        putZeros(sink, 2);
        putU48(sink, group.count);
        putZeros(sink, 2);
        putU32(sink, chunks.length);
        for (const chunk of chunks) {
          putU48(sink, chunk.at);
          putU32(sink, chunk.count);
          putU48(sink, chunk.first);
          putU48(sink, chunk.last);
        }
      }
    }
    sink.bytes.writeUInt32LE(groups, groupsAt);
    if (this.#children !== undefined) {
      const { indexAt, pages, fencesCrc, children } = await this.#children.write(out, crc32, pace);
      putU48(sink, indexAt);
      putU32(sink, pages);
      putU32(sink, fencesCrc);
      putU48(sink, children);
    }
    const bytes = sink.bytes.subarray(0, sink.at);
    const directoryAt = out.at;
    const directoryCrc = await out.checksum(bytes);
    await out.put(bytes);
    return { postingsAt, directoryAt, directoryBytes: bytes.length, directoryCrc };
  }
}

/** Reads a file's directory. */
export async function readDirectory(file: TableFile, facts: DirectoryFacts): Promise<Directory> {
  const { directoryAt, directoryBytes, directoryCrc } = facts;
  const bytes = await file.bytes(directoryAt, directoryBytes);
  if (file.crc32(bytes, 0, bytes.length) !== directoryCrc) {
    throw file.corrupt(directoryAt, `the directory's checksum is wrong`);
  }
  let at = 0;
  const need = (count: number) => {
    if (at + count > bytes.length) throw file.corrupt(directoryAt + at, 'the directory ends here');
  };
  const u32 = () => {
    need(4);
    at += 4;
    return readU32(bytes, at - 4);
  };
  const types: string[] = [];
  for (let left = u32(); left > 0; left--) {
    need(2);
    const from = at + 2;
    at = from + readU16(bytes, at);
    need(0);
    types.push(bytes.toString('utf8', from, at));
  }
  const groups: Group[] = [];
  for (let left = u32(); left > 0; left--) {
    need(20);
    const type = types[readU32(bytes, at)];
    if (type === undefined) throw file.corrupt(directoryAt + at, 'a group has no type');
    const status = readU16(bytes, at + 4);
    const jobs = readU48(bytes, at + 8);
    const count = readU32(bytes, at + 16);
    at += 20;
    need(count * chunkRow);
    const rows = bytes.subarray(at, at + count * chunkRow);
    at += rows.length;
    groups.push(new StoredGroup({ type, status, jobs }, () => readChunks(file, facts, rows)));
  }
  let children: ChildIndex | undefined;
  if (at < bytes.length) {
    need(childFactsBytes);
    children = new ChildIndex(file, {
      indexAt: readU48(bytes, at),
      pages: readU32(bytes, at + 6),
      fencesCrc: readU32(bytes, at + 10),
      children: readU48(bytes, at + 14),
    });
    at += childFactsBytes;
  }
  if (at !== bytes.length) throw file.corrupt(directoryAt + at, 'the directory goes on');
  return { types, groups, children };
}

class StoredGroup implements Group {
  readonly type: string;
  readonly status: number;
  readonly jobs: number;
  readonly #read: () => readonly Chunk[];
  #chunks: readonly Chunk[] | undefined;

  constructor({ type, status, jobs }: Omit<Group, 'chunks'>, read: () => readonly Chunk[]) {
    this.type = type;
    this.status = status;
    this.jobs = jobs;
    this.#read = read;
  }

  get chunks(): readonly Chunk[] {
    this.#chunks ??= this.#read();
    return this.#chunks;
  }
}

function readChunks(
  file: TableFile,
  { postingsAt, directoryAt }: DirectoryFacts,
  rows: Buffer,
): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < rows.length; at += chunkRow) chunks.push(chunkAt(rows, at));
  const inside = ({ at, count }: Chunk) => at >= postingsAt && at + count * 4 <= directoryAt;
  if (chunks.every(inside)) return chunks;
  throw file.corrupt(directoryAt, 'a posting list is out of place');
}

function chunkAt(bytes: Buffer, at: number): Chunk {
  return {
    at: readU48(bytes, at),
    count: readU32(bytes, at + 6),
    first: readU48(bytes, at + 10),
    last: readU48(bytes, at + 16),
  };
}
