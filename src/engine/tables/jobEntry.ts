import { readU16, readU32, setU32 } from '../byteSink.js';
import type { EntryPlace } from './blocks.js';
import { entryKey, headAt } from './entry.js';

// On disk, never change. The head of an entry of a job table: status u16, type u32, id in UTF-8.

const typeAt = 2;
const idAt = 6;

/** What the head of a job's entry says. */
export interface JobHead {
  readonly id: string;
  readonly status: number;
  /** The number of its type in this file. */
  readonly typeNumber: number;
}

/** Encodes a head. @returns where it ends */
export function putJobHead(of: JobHead, into: Buffer, at: number): number {
  into[at] = of.status;
  into[at + 1] = of.status >>> 8;
  setU32(into, at + typeAt, of.typeNumber);
  return at + idAt + into.write(of.id, at + idAt);
}

/** Where in a head's entry the id begins; it ends with the head. */
export function idPlace(entryAt: number): number {
  return entryAt + headAt + idAt;
}

/** What stands in an entry, besides its record. */
export function readJobHead({ bytes, at, record }: EntryPlace): JobHead & { readonly seq: number } {
  const head = at + headAt;
  return {
    seq: entryKey(bytes, at),
    id: bytes.toString('utf8', head + idAt, record),
    status: readU16(bytes, head),
    typeNumber: readU32(bytes, head + typeAt),
  };
}
