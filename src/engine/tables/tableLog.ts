import type { JobSeq, Lsn } from '../../units.js';
import { readU32, readU48, setU32, setU48 } from '../byteSink.js';
import type { EntryPlace } from './blocks.js';
import { entryKey, headAt } from './entry.js';

// On disk, never change. The head of an entry of a log table: job's seq u48, number u32.

/** An entry of a job's log as a table keeps it. `bytes` are its record, which nobody here looks into. */
export interface TableLog {
  readonly lsn: Lsn;
  readonly jobSeq: JobSeq;
  /** 1 for the job's first. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Encodes a head. @returns where it ends */
export function putLogHead(of: TableLog, into: Buffer, at: number): number {
  setU48(into, at, of.jobSeq);
  setU32(into, at + 6, of.number);
  return at + 10;
}

/** What an entry says. `bytes` is a view of what was read. */
export function readLog({ bytes, at, record, end }: EntryPlace): TableLog & { bytes: Buffer } {
  const head = at + headAt;
  return {
    lsn: entryKey(bytes, at),
    jobSeq: readU48(bytes, head),
    number: readU32(bytes, head + 6),
    bytes: bytes.subarray(record, end),
  };
}
