import type { Bytes, Lsn } from '../../units.js';
import type { BlockFacts } from './blockIndex.js';
import { footerBytes, headerBytes, putFooter, readFooter } from './footer.js';
import { fencesBytes, type LogIndexFacts, logPageBytes } from './logIndex.js';
import type { TableFile } from './tableFile.js';
import type { TableOutput } from './tableOutput.js';

/** What the footer of a log table says. */
export interface LogFooter {
  readonly firstLsn: Lsn;
  readonly lastLsn: Lsn;
  readonly entries: number;
  readonly blocks: BlockFacts;
  readonly index: LogIndexFacts;
  /** The length of the file, footer included. */
  readonly bytes: Bytes;
}

const numbers = 12;

/** The length of the footer of a log table. */
export const logFooterBytes: Bytes = footerBytes(numbers);

/** Ends a log table. */
export function putLogFooter(out: TableOutput, storeId: string, footer: LogFooter): Promise<void> {
  const { blocks, index } = footer;
  return putFooter(out, {
    kind: 'logs',
    storeId,
    numbers: [
      footer.firstLsn,
      footer.lastLsn,
      footer.entries,
      footer.bytes,
      blocks.to,
      blocks.blocks,
      blocks.longest,
      blocks.indexAt,
      blocks.indexCrc,
      index.indexAt,
      index.pages,
      index.fencesCrc,
    ],
  });
}

/** Reads the footer of a log table of `size` bytes, and checks that its sections lie in the file. */
export async function readLogFooter(
  file: TableFile,
  size: Bytes,
  storeId: string,
): Promise<LogFooter> {
  const read = await readFooter(file, size, { kind: 'logs', storeId, count: numbers });
  const [firstLsn, lastLsn, entries, bytes, to, blocks, ...rest] = read as Numbers;
  const [longest, blockIndexAt, indexCrc, indexAt, pages, fencesCrc] = rest;
  const inOrder =
    bytes === size &&
    headerBytes <= to &&
    to === blockIndexAt &&
    blockIndexAt + blocks * 12 === indexAt &&
    indexAt + pages * logPageBytes + fencesBytes(pages) + logFooterBytes === size &&
    longest <= to;
  if (!inOrder) throw file.corrupt(size - logFooterBytes, 'its sections overlap');
  return {
    firstLsn,
    lastLsn,
    entries,
    bytes,
    blocks: { from: headerBytes, to, blocks, longest, indexAt: blockIndexAt, indexCrc },
    index: { indexAt, pages, fencesCrc },
  };
}

/** `readFooter` answers with as many as it was asked for. */
type Numbers = [...SixNumbers, ...SixNumbers];
type SixNumbers = [number, number, number, number, number, number];
