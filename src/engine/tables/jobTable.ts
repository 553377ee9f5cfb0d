import type { Bytes, JobSeq } from '../../units.js';
import type { JobTableEntry, Pace } from '../seam.js';
import { Blocks, type EntryPlace, placeIn, placeOf } from './blocks.js';
import { type Directory, type Group, readDirectory } from './directory.js';
import { entryKey } from './entry.js';
import { HashIndex, PageSearch, runsOver } from './hashIndex.js';
import { bucketOf, hashId, type IdHash, tagOf } from './idHash.js';
import { idPlace, readJobHead } from './jobEntry.js';
import { readJobFooter } from './jobFooter.js';
import { openSeqCursor, type SeqCursor, type SeqRange } from './seqCursor.js';
import { TableFile, type TablePlatform } from './tableFile.js';
import type { JobWhere, ParentHash, TableJob } from './tableJob.js';
import { verifyJobTable } from './verifyJobTable.js';

/** A job that was found in a table; `bytes` is a copy of its own. */
export interface StoredJob {
  readonly seq: JobSeq;
  readonly bytes: Buffer;
}

/**
 * An open job table. Reads are checked: a damaged byte is answered with an error or makes no
 * difference. The forms ending in `Now` hold the event loop, for two or three reads of some KiB.
 *
 * @throws FlakehoundError `CHECKPOINT_CORRUPT`, `CHECKPOINT_READ` from every read
 */
export interface JobTable {
  readonly entry: JobTableEntry;
  /** How many jobs there are of each type and status. */
  readonly groups: readonly Pick<Group, 'type' | 'status' | 'jobs'>[];
  /** How many jobs there are, without reading them. */
  count(where?: JobWhere): number;
  findNow(id: string): StoredJob | undefined;
  find(id: string): Promise<StoredJob | undefined>;
  readNow(seq: JobSeq): StoredJob | undefined;
  read(seq: JobSeq): Promise<StoredJob | undefined>;
  /** The seqs in ascending order, or descending with `newest`; read as they are asked for. */
  seqs(where?: JobWhere, range?: SeqRange): SeqCursor;
  seqsNow(where?: JobWhere, range?: SeqRange & { readonly limit?: number }): JobSeq[];
  /** The seqs of the jobs of a parent, ascending, perhaps with some of others; undefined where the table has no index of them. */
  children(parent: string): JobSeq[] | undefined;
  /** All jobs in ascending order of their seqs, a block at a time. */
  each(pace: Pace): AsyncGenerator<readonly TableJob[]>;
  /** Reads everything, and compares the indexes with what they are about. */
  verify(pace: Pace): Promise<void>;
  /** Waits for reads under way; later ones fail. Twice is harmless. */
  close(): Promise<void>;
}

/** Where a job table is and what the manifest says about it. */
export interface JobTablePlace {
  readonly platform: TablePlatform;
  readonly dir: string;
  readonly entry: JobTableEntry;
  readonly storeId: string;
  /** The hash that it was written with, if not the usual one. */
  readonly hash?: IdHash;
  /** To verify the index of children. */
  readonly parentHash?: ParentHash;
}

/**
 * Opens a job table: reads its footer and its directory, and nothing that grows with the jobs.
 *
 * @throws FlakehoundError `CHECKPOINT_CORRUPT` also when it isn't the file that the manifest means;
 * `CHECKPOINT_READ`
 */
export async function openJobTable(place: JobTablePlace): Promise<JobTable> {
  const { platform, entry, storeId } = place;
  const path = platform.files.join(place.dir, entry.name);
  const file = await TableFile.open(platform, path, entry.bytes);
  try {
    const footer = await readJobFooter(file, entry.bytes, storeId);
    const isMeant =
      footer.lsn === entry.lsn && footer.jobs === entry.jobs && footer.lastSeq === entry.lastSeq;
    if (!isMeant) {
      throw file.corrupt(
        0,
        `it has ${footer.jobs} jobs as of LSN ${footer.lsn}; the manifest means another table, with ${entry.jobs} jobs as of LSN ${entry.lsn}`,
      );
    }
    const directory = await readDirectory(file, footer.directory);
    const jobs = directory.groups.reduce((sum, group) => sum + group.jobs, 0);
    if (jobs !== footer.jobs) throw file.corrupt(0, 'its directory lists other jobs');
    const blocks = new Blocks(file, footer.blocks);
    const index = new HashIndex(file, footer.index);
    return new OpenJobTable(entry, {
      file,
      blocks,
      index,
      directory,
      hash: place.hash ?? hashId,
      parentHash: place.parentHash,
    });
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

/** The parts that a job table is read by. */
export interface JobTableParts {
  readonly file: TableFile;
  readonly blocks: Blocks;
  readonly index: HashIndex;
  readonly directory: Directory;
  readonly hash: IdHash;
  readonly parentHash: ParentHash | undefined;
}

class OpenJobTable implements JobTable {
  readonly entry: JobTableEntry;
  readonly #parts: JobTableParts;

  constructor(entry: JobTableEntry, parts: JobTableParts) {
    this.entry = entry;
    this.#parts = parts;
  }

  get groups(): readonly Group[] {
    return this.#parts.directory.groups;
  }

  count(where: JobWhere = {}): number {
    return this.#groups(where).reduce((sum, group) => sum + group.jobs, 0);
  }

  findNow(id: string): StoredJob | undefined {
    const { blocks, index } = this.#parts;
    const { bytes, hash, bucket } = this.#sought(id);
    if (index.facts.buckets === 0) return undefined;
    for (let number = bucket; ; number++) {
      const page = index.pageNow(number);
      const search = new PageSearch(page, hash);
      for (let at = search.next(); at !== 0; at = search.next()) {
        const place = blocks.entryNow(at);
        if (isOf(place, bytes)) return stored(place);
        this.#expectAlike(place, at, hash);
      }
      if (!runsOver(page)) return undefined;
    }
  }

  find(id: string): Promise<StoredJob | undefined> {
    return this.#parts.file.during(() => this.#find(id));
  }

  readNow(seq: JobSeq): StoredJob | undefined {
    const { blocks } = this.#parts;
    const number = blocks.indexNow().find(seq);
    const place = number < 0 ? undefined : placeIn(blocks.blockNow(number), seq);
    return place && stored(place);
  }

  read(seq: JobSeq): Promise<StoredJob | undefined> {
    const { blocks, file } = this.#parts;
    return file.during(async () => {
      const number = (await blocks.index()).find(seq);
      const place = number < 0 ? undefined : placeIn(await blocks.block(number), seq);
      return place && stored(place);
    });
  }

  seqs(where: JobWhere = {}, range: SeqRange = {}): SeqCursor {
    const lists = this.#groups(where).map((group) => group.chunks);
    return openSeqCursor(this.#parts.file, lists, range);
  }

  seqsNow(where: JobWhere = {}, range: SeqRange & { readonly limit?: number } = {}): JobSeq[] {
    const { limit = Number.POSITIVE_INFINITY } = range;
    const found: JobSeq[] = [];
    if (limit <= 0) return found;
    const cursor = this.seqs(where, range);
    for (let seq = cursor.next(); seq !== undefined; seq = cursor.next()) {
      if (found.push(seq) >= limit) break;
    }
    return found;
  }

  children(parent: string): JobSeq[] | undefined {
    const { directory, hash } = this.#parts;
    const bytes = Buffer.from(parent);
    return directory.children?.of(hash(bytes, 0, bytes.length));
  }

  each(pace: Pace): AsyncGenerator<readonly TableJob[]> {
    return this.#parts.file.whileEach(this.#each(pace));
  }

  verify(pace: Pace): Promise<void> {
    return this.#parts.file.during(() => verifyJobTable(this.#parts, this.entry, pace));
  }

  close(): Promise<void> {
    return this.#parts.file.close();
  }

  async #find(id: string): Promise<StoredJob | undefined> {
    const { blocks, index } = this.#parts;
    const { bytes, hash, bucket } = this.#sought(id);
    if (index.facts.buckets === 0) return undefined;
    for (let number = bucket; ; number++) {
      const page = await index.page(number);
      const search = new PageSearch(page, hash);
      for (let at = search.next(); at !== 0; at = search.next()) {
        const place = await blocks.entry(at);
        if (isOf(place, bytes)) return stored(place);
        this.#expectAlike(place, at, hash);
      }
      if (!runsOver(page)) return undefined;
    }
  }

  /** What stands under a tag of another id has its tag by chance, or is another entry's copy. */
  #expectAlike({ bytes, at, record }: EntryPlace, offset: Bytes, sought: number): void {
    const { file, hash } = this.#parts;
    if (tagOf(hash(bytes, idPlace(at), record)) === tagOf(sought)) return;
    throw file.corrupt(offset, 'an entry is not the one that the index means');
  }

  async *#each(pace: Pace): AsyncGenerator<readonly TableJob[]> {
    const { blocks, directory, file } = this.#parts;
    for await (const block of blocks.each(pace)) {
      const jobs: TableJob[] = [];
      for (let i = 0; i < block.keys.length; i++) {
        const place = placeOf(block, i);
        const { seq, id, status, typeNumber } = readJobHead(place);
        const type = directory.types[typeNumber];
        if (type === undefined) throw file.corrupt(block.at + place.at, 'a job has no type');
        jobs.push({ seq, id, type, status, bytes: place.bytes.subarray(place.record, place.end) });
      }
      yield jobs;
    }
  }

  #sought(id: string): { bytes: Buffer; hash: number; bucket: number } {
    const bytes = Buffer.from(id);
    const hash = this.#parts.hash(bytes, 0, bytes.length);
    return { bytes, hash, bucket: bucketOf(hash, this.#parts.index.facts.buckets) };
  }

  #groups({ type, statuses }: JobWhere): readonly Group[] {
    return this.groups.filter(
      (group) =>
        (type === undefined || group.type === type) &&
        (statuses === undefined || statuses.includes(group.status)),
    );
  }
}

function isOf({ bytes, at, record }: EntryPlace, id: Buffer): boolean {
  const from = idPlace(at);
  return record - from === id.length && id.compare(bytes, from, record) === 0;
}

/** Copied, so that a small record never keeps a whole block in memory. */
function stored({ bytes, at, record, end }: EntryPlace): StoredJob {
  return { seq: entryKey(bytes, at), bytes: Buffer.from(bytes.subarray(record, end)) };
}
