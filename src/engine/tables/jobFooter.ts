import type { Bytes, JobSeq, Lsn } from '../../units.js';
import type { BlockFacts } from './blockIndex.js';
import type { DirectoryFacts } from './directory.js';
import { footerBytes, headerBytes, putFooter, readFooter } from './footer.js';
import { type HashIndexFacts, pageBytes } from './hashIndex.js';
import type { TableFile } from './tableFile.js';
import type { TableOutput } from './tableOutput.js';

/** What the footer of a job table says. */
export interface JobFooter {
  readonly lsn: Lsn;
  readonly lastSeq: JobSeq;
  readonly jobs: number;
  readonly blocks: BlockFacts;
  readonly directory: DirectoryFacts;
  readonly index: HashIndexFacts;
  /** The length of the file, footer included. */
  readonly bytes: Bytes;
}

const numbers = 16;

/** The length of the footer of a job table. */
export const jobFooterBytes: Bytes = footerBytes(numbers);

/** Ends a job table. */
export function putJobFooter(out: TableOutput, storeId: string, footer: JobFooter): Promise<void> {
  const { blocks, directory, index } = footer;
  return putFooter(out, {
    kind: 'jobs',
    storeId,
    numbers: [
      footer.lsn,
      footer.lastSeq,
      footer.jobs,
      footer.bytes,
      blocks.to,
      blocks.blocks,
      blocks.longest,
      blocks.indexAt,
      blocks.indexCrc,
      directory.postingsAt,
      directory.directoryAt,
      directory.directoryBytes,
      directory.directoryCrc,
      index.indexAt,
      index.buckets,
      index.pages,
    ],
  });
}

/** Reads the footer of a job table of `size` bytes, and checks that its sections lie in the file. */
export async function readJobFooter(
  file: TableFile,
  size: Bytes,
  storeId: string,
): Promise<JobFooter> {
  const read = await readFooter(file, size, { kind: 'jobs', storeId, count: numbers });
  const [lsn, lastSeq, jobs, bytes, to, blocks, longest, indexAt, ...rest] = read as Numbers;
  const [indexCrc, postingsAt, directoryAt, directoryBytes, directoryCrc, ...hashed] = rest;
  const [hashAt, buckets, pages] = hashed;
  const inOrder =
    bytes === size &&
    headerBytes <= to &&
    to === indexAt &&
    indexAt + blocks * 12 === postingsAt &&
    postingsAt <= directoryAt &&
    directoryAt + directoryBytes <= hashAt &&
    hashAt + pages * pageBytes + jobFooterBytes === size &&
    buckets <= pages &&
    longest <= to;
  if (!inOrder) throw file.corrupt(size - jobFooterBytes, 'its sections overlap');
  return {
    lsn,
    lastSeq,
    jobs,
    bytes,
    blocks: { from: headerBytes, to, blocks, longest, indexAt, indexCrc },
    directory: { postingsAt, directoryAt, directoryBytes, directoryCrc },
    index: { indexAt: hashAt, buckets, pages },
  };
}

/** `readFooter` answers with as many as it was asked for. */
type Numbers = [...EightNumbers, ...EightNumbers];
type EightNumbers = [number, number, number, number, number, number, number, number];
