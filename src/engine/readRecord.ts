import type { Job, JobError, Json, LogEntry } from '../jobs/job.js';
import { jobStatuses, logLevels } from '../jobs/job.js';
import { freezeJson } from '../jobs/jsonValue.js';
import { sealJob } from '../jobs/sealJob.js';
import type { JobSeq } from '../units.js';
import { readF64, readU16, readU32, readU48 } from './byteSink.js';
import { at, Has, RecordKind, Section } from './recordLayout.js';

/**
 * Where the record that begins at `from` ends; -1 when it is none: of unknown kind, or with lengths
 * that don't fit each other or into `bytes[from..to)`. JSON inside is not looked at.
 */
export function recordEnd(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < at.text) return -1;
  const end = from + 4 + readU32(bytes, from);
  if (end > to) return -1;
  switch (bytes[from + at.kind]) {
    case RecordKind.head:
      if (end - from < at.headSections || !goodFixed(bytes, from)) return -1;
      return sectionsFit(bytes, from, from + at.headSections, end) ? end : -1;
    case RecordKind.put: {
      if (end - from < at.putTexts || !goodFixed(bytes, from)) return -1;
      const sections = putSectionsAt(bytes, from);
      if (readU16(bytes, from + at.idLength) === 0 || sections > end) return -1;
      return sectionsFit(bytes, from, sections, end) ? end : -1;
    }
    case RecordKind.remove:
      return end - from === at.removeEnd ? end : -1;
    case RecordKind.log: {
      if (end - from < at.logMessage || bytes[from + at.logLevel]! >= logLevels.length) return -1;
      const fields = from + at.logMessage + readU32(bytes, from + at.logMessageLength);
      if (fields === end) return end;
      return fields + 4 <= end && fields + 4 + readU32(bytes, fields) === end ? end : -1;
    }
    case RecordKind.lastNumber:
      return end - from === at.lastNumberEnd ? end : -1;
    case RecordKind.errorEvent:
    case RecordKind.merged:
      return end - from >= at.text ? end : -1;
    default:
      return -1;
  }
}

function goodFixed(bytes: Uint8Array, from: number): boolean {
  return (
    bytes[from + at.status]! < jobStatuses.length &&
    bytes[from + at.has]! < 16 &&
    bytes[from + at.sections]! < 8
  );
}

function sectionsFit(bytes: Uint8Array, from: number, first: number, end: number): boolean {
  let place = first;
  for (let left = bytes[from + at.sections]!; left !== 0; left &= left - 1) {
    if (place + 4 > end) return false;
    place += 4 + readU32(bytes, place);
  }
  return place === end;
}

/** Where the sections of a put record begin. */
function putSectionsAt(bytes: Uint8Array, from: number): number {
  return (
    from +
    at.putTexts +
    readU16(bytes, from + at.idLength) +
    readU16(bytes, from + at.typeLength) +
    readU16(bytes, from + at.parentLength)
  );
}

// The readers below take a record that `recordEnd` has found good.

/** The number of the job that a put, head, remove, log or last number record is about. */
export function recordSeq(bytes: Uint8Array, from: number): JobSeq {
  const isFixed = bytes[from + at.kind]! <= RecordKind.head;
  return readU48(bytes, from + (isFixed ? at.seq : at.removeSeq));
}

/** The version in a put, head or remove record. */
export function recordVersion(bytes: Uint8Array, from: number): number {
  const isFixed = bytes[from + at.kind]! <= RecordKind.head;
  return readU48(bytes, from + (isFixed ? at.version : at.removeVersion));
}

/** The number of the status, its place in `jobStatuses`, in a put or head record. */
export function recordStatus(bytes: Uint8Array, from: number): number {
  return bytes[from + at.status]!;
}

/** The id in a put record. */
export function putId(bytes: Buffer, from: number): string {
  const start = from + at.putTexts;
  return text(bytes, start, start + readU16(bytes, from + at.idLength));
}

/** The type in a put record. */
export function putType(bytes: Buffer, from: number): string {
  const start = from + at.putTexts + readU16(bytes, from + at.idLength);
  return text(bytes, start, start + readU16(bytes, from + at.typeLength));
}

/** The parent's id in a put record; undefined where there is none. */
export function putParent(bytes: Buffer, from: number): string | undefined {
  const length = readU16(bytes, from + at.parentLength);
  const start = putSectionsAt(bytes, from) - length;
  return length === 0 ? undefined : text(bytes, start, start + length);
}

/** The hash of the parent's id in a put record; -1 where there is none. */
export function putParentHash(
  record: Uint8Array,
  hash: (bytes: Uint8Array, from: number, to: number) => number,
): number {
  const length = readU16(record, at.parentLength);
  if (length === 0) return -1;
  const end = putSectionsAt(record, 0);
  return hash(record, end - length, end);
}

/** What an error event or merged record says. */
export function recordText(bytes: Buffer, from: number): string {
  return bytes.toString('utf8', from + at.text, from + 4 + readU32(bytes, from));
}

/** The number of the entry in a log record, 1 for the job's first; also of what a last number record tells. */
export function logNumber(bytes: Uint8Array, from: number): number {
  return readU48(bytes, from + at.logNumber);
}

/** Where a section of a put or head record stands, its length included; undefined when it isn't there. */
function sectionAt(bytes: Uint8Array, from: number, which: number): [number, number] | undefined {
  const sections = bytes[from + at.sections]!;
  if ((sections & which) === 0) return undefined;
  const isPut = bytes[from + at.kind] === RecordKind.put;
  let place = isPut ? putSectionsAt(bytes, from) : from + at.headSections;
  for (let bit = 1; bit < which; bit <<= 1) {
    if ((sections & bit) !== 0) place += 4 + readU32(bytes, place);
  }
  return [place, place + 4 + readU32(bytes, place)];
}

/**
 * The job in a put record; undefined when what should be JSON is none.
 */
export function readPut(bytes: Buffer, from: number): Job | undefined {
  const idAt = from + at.putTexts;
  const typeAt = idAt + readU16(bytes, from + at.idLength);
  const parentAt = typeAt + readU16(bytes, from + at.typeLength);
  const parentLength = readU16(bytes, from + at.parentLength);
  const has = bytes[from + at.has]!;
  const time = (bit: number, index: number): number | null =>
    (has & bit) === 0 ? null : readF64(bytes, from + at.times + 8 * index);
  try {
    return sealJob({
      id: text(bytes, idAt, typeAt),
      type: text(bytes, typeAt, parentAt),
      status: jobStatuses[bytes[from + at.status]!]!,
      progress: time(Has.progress, 4),
      version: readU48(bytes, from + at.version),
      createdAt: readF64(bytes, from + at.createdAt),
      updatedAt: readF64(bytes, from + at.times),
      startedAt: time(Has.startedAt, 1),
      finishedAt: time(Has.finishedAt, 2),
      cancelRequestedAt: time(Has.cancelRequestedAt, 3),
      parent: parentLength === 0 ? null : text(bytes, parentAt, parentAt + parentLength),
      data: readSection(bytes, from, Section.data),
      result: readSection(bytes, from, Section.result),
      // What was written as an error is read as one.
      error: readSection(bytes, from, Section.error) as unknown as JobError | null,
    });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readSection(bytes: Buffer, from: number, which: number): Json {
  const place = sectionAt(bytes, from, which);
  return place === undefined ? null : parse(bytes, place[0] + 4, place[1]);
}

function parse(bytes: Buffer, from: number, to: number): Json {
  return freezeJson(JSON.parse(bytes.toString('utf8', from, to)) as Json);
}

/**
 * The entry in a log record; undefined when what should be JSON is none.
 */
export function readLogEntry(bytes: Buffer, from: number, jobId: string): LogEntry | undefined {
  const messageAt = from + at.logMessage;
  const fieldsAt = messageAt + readU32(bytes, from + at.logMessageLength);
  const end = from + 4 + readU32(bytes, from);
  try {
    return Object.freeze({
      jobId,
      number: logNumber(bytes, from),
      at: readF64(bytes, from + at.logAt),
      level: logLevels[bytes[from + at.logLevel]!]!,
      message: bytes.toString('utf8', messageAt, fieldsAt),
      fields: fieldsAt === end ? null : parse(bytes, fieldsAt + 4, end),
    });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** One record inside a buffer. */
export interface RecordPlace {
  readonly bytes: Buffer;
  readonly at: number;
}

/**
 * Puts together the whole job, as a put record, from its last put record and the heads that came
 * after it. Nothing is parsed.
 *
 * @param heads - newest first
 */
export function composePut(put: RecordPlace, heads: readonly RecordPlace[]): Buffer {
  const newest = heads[0];
  if (newest === undefined) {
    return put.bytes.subarray(put.at, put.at + 4 + readU32(put.bytes, put.at));
  }
  const textsEnd = putSectionsAt(put.bytes, put.at);
  const parts = [put.bytes.subarray(put.at, textsEnd)];
  let length = textsEnd - put.at;
  let sections = 0;
  for (const which of [Section.data, Section.result, Section.error]) {
    const found = newestSection(put, heads, which);
    if (found === undefined) continue;
    sections |= which;
    parts.push(found);
    length += found.length;
  }
  const whole = Buffer.concat(parts, length);
  newest.bytes.copy(whole, at.status, newest.at + at.status, newest.at + at.headSections);
  whole.writeUInt32LE(length - 4, 0);
  whole[at.kind] = RecordKind.put;
  whole[at.sections] = sections;
  return whole;
}

/** The bytes of the section as it was written last; undefined when that was null. */
function newestSection(
  put: RecordPlace,
  heads: readonly RecordPlace[],
  which: number,
): Buffer | undefined {
  const holder = heads.find((head) => (head.bytes[head.at + at.sections]! & which) !== 0) ?? put;
  const place = sectionAt(holder.bytes, holder.at, which);
  if (place === undefined) return undefined;
  const section = holder.bytes.subarray(place[0], place[1]);
  return section.length === 8 && section.toString('latin1', 4) === 'null' ? undefined : section;
}

/** Short texts of plain ASCII, which ids and types mostly are, read faster than UTF-8. */
function text(bytes: Buffer, from: number, to: number): string {
  if (to - from > 48) return bytes.toString('utf8', from, to);
  for (let place = from; place < to; place++) {
    if (bytes[place]! > 0x7f) return bytes.toString('utf8', from, to);
  }
  return bytes.toString('latin1', from, to);
}
