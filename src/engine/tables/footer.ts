import type { Bytes } from '../../units.js';
import { readU32, readU48, setU32, setU48 } from '../byteSink.js';
import type { TableFile } from './tableFile.js';
import type { TableOutput } from './tableOutput.js';

/** On disk: never renumber; the first 8 bytes of a file and of its footer. */
export const tableMagic = { jobs: 'fhjobs1\n', logs: 'fhlogs1\n' } as const;

export type TableKind = keyof typeof tableMagic;

/** The length of the magic word that a file begins with. */
export const headerBytes: Bytes = 8;

const formatVersion = 1;
const storeIdAt = 16;
const storeIdBytes = 64;
const numbersAt = storeIdAt + storeIdBytes;

/** Begins a file. */
export function putHeader(out: TableOutput, kind: TableKind): Promise<void> {
  return out.put(Buffer.from(tableMagic[kind]));
}

/** Ends a file: magic, version, store and numbers below 2^48, under a checksum. */
export async function putFooter(
  out: TableOutput,
  of: { readonly kind: TableKind; readonly storeId: string; readonly numbers: readonly number[] },
): Promise<void> {
  const bytes = Buffer.alloc(footerBytes(of.numbers.length));
  bytes.write(tableMagic[of.kind]);
  setU32(bytes, 8, formatVersion);
  setU32(bytes, 12, bytes.length);
  writeStoreId(bytes, of.storeId);
  of.numbers.forEach((value, i) => {
    setU48(bytes, numbersAt + i * 8, value);
  });
  const crcAt = bytes.length - 4;
  setU32(bytes, crcAt, await out.checksum(bytes.subarray(0, crcAt)));
  await out.put(bytes);
}

/**
 * Reads the `count` numbers of a file's footer.
 *
 * @throws FlakehoundError `CHECKPOINT_CORRUPT` also when the file is another store's or of another kind
 */
export async function readFooter(
  file: TableFile,
  size: Bytes,
  expected: { readonly kind: TableKind; readonly storeId: string; readonly count: number },
): Promise<readonly number[]> {
  const length = footerBytes(expected.count);
  const at = size - length;
  if (at < headerBytes) throw file.corrupt(size, 'it is too short to be a table');
  const bytes = await file.bytes(at, length);
  const crcAt = length - 4;
  if (file.crc32(bytes, 0, crcAt) !== readU32(bytes, crcAt)) {
    throw file.corrupt(at, `the footer's checksum is wrong`);
  }
  const name = expected.kind === 'jobs' ? 'job table' : 'log table';
  if (bytes.toString('latin1', 0, 8) !== tableMagic[expected.kind]) {
    throw file.corrupt(at, `it is no ${name}`);
  }
  const version = readU32(bytes, 8);
  if (version !== formatVersion) {
    throw file.corrupt(at, `it is a ${name} of version ${version}; this program reads version 1`);
  }
  const own = Buffer.alloc(length);
  writeStoreId(own, expected.storeId);
  if (own.compare(bytes, storeIdAt, numbersAt, storeIdAt, numbersAt) !== 0) {
    throw file.corrupt(at + storeIdAt, 'it belongs to another store');
  }
  return Array.from({ length: expected.count }, (_, i) => readU48(bytes, numbersAt + i * 8));
}

/** The length of a footer with so many numbers. */
export function footerBytes(numbers: number): Bytes {
  return numbersAt + numbers * 8 + 8;
}

/** An id that is longer than its field is cut off: it must only tell stores apart. */
function writeStoreId(bytes: Buffer, storeId: string): void {
  bytes.write(storeId, storeIdAt, storeIdBytes);
}
