import type { Job, Json, LogEntry } from '../jobs/job.js';
import { jobStatuses, logLevels } from '../jobs/job.js';
import { tooLarge } from '../jobs/validate.js';
import type { Bytes, JobSeq } from '../units.js';
import { putU8, putU32, putU48, putUtf8, setU32, setU48 } from './byteSink.js';
import { putJson } from './putJson.js';
import { at, Has, RecordKind, Section } from './recordLayout.js';
import type { ByteSink } from './seam.js';

const times = new Uint8Array(40);
const timesView = new DataView(times.buffer);

const statusNumbers = new Map(jobStatuses.map((status, number) => [status, number]));

/**
 * Writes a whole job.
 *
 * @param limit - of the record's length
 * @throws FlakehoundError `JOB_TOO_LARGE`; the sink is then as it was
 */
export function encodePut(sink: ByteSink, seq: JobSeq, job: Job, limit: Bytes): void {
  const start = sink.at;
  const sections =
    (job.data === null ? 0 : Section.data) |
    (job.result === null ? 0 : Section.result) |
    (job.error === null ? 0 : Section.error);
  putFixed(sink, RecordKind.put, seq, job, sections);
  timesView.setFloat64(0, job.createdAt, true);
  sink.reserve(at.putTexts - at.createdAt);
  for (let i = 0; i < 8; i++) sink.bytes[sink.at + i] = times[i]!;
  sink.at = start + at.putTexts;
  const id = putUtf8(sink, job.id);
  const type = putUtf8(sink, job.type);
  const parent = job.parent === null ? 0 : putUtf8(sink, job.parent);
  const { bytes } = sink;
  setU16(bytes, start + at.idLength, id);
  setU16(bytes, start + at.typeLength, type);
  setU16(bytes, start + at.parentLength, parent);
  putSections(sink, job, sections, start, limit);
  finish(sink, start, job.id, limit);
}

/**
 * Writes what changed from one state of a job to the next: the fixed members always, the others
 * where they are not the very same value.
 *
 * @param limit - of the record's length
 * @throws FlakehoundError `JOB_TOO_LARGE`; the sink is then as it was
 */
export function encodeHead(
  sink: ByteSink,
  seq: JobSeq,
  change: { readonly before: Job; readonly job: Job },
  limit: Bytes,
): void {
  const { before, job } = change;
  const start = sink.at;
  const sections =
    (job.data === before.data ? 0 : Section.data) |
    (job.result === before.result ? 0 : Section.result) |
    (job.error === before.error ? 0 : Section.error);
  putFixed(sink, RecordKind.head, seq, job, sections);
  if (sections !== 0) putSections(sink, job, sections, start, limit);
  finish(sink, start, job.id, limit);
}

/** Writes that a job is gone; `version` is that of its last state. */
export function encodeRemove(sink: ByteSink, seq: JobSeq, version: number): void {
  putU32(sink, at.removeEnd - 4);
  putU8(sink, RecordKind.remove);
  putU48(sink, seq);
  putU48(sink, version);
}

/**
 * Writes an entry of a job's log.
 *
 * @param limit - of the record's length
 * @throws FlakehoundError `JOB_TOO_LARGE`; the sink is then as it was
 */
export function encodeLogEntry(sink: ByteSink, seq: JobSeq, entry: LogEntry, limit: Bytes): void {
  const start = sink.at;
  if (entry.message.length > limit) throw tooLarge(entry.jobId, entry.message.length, limit);
  sink.reserve(at.logMessage);
  timesView.setFloat64(0, entry.at, true);
  const { bytes } = sink;
  bytes[start + at.kind] = RecordKind.log;
  setU48(bytes, start + at.logSeq, seq);
  setU48(bytes, start + at.logNumber, entry.number);
  for (let i = 0; i < 8; i++) bytes[start + at.logAt + i] = times[i]!;
  bytes[start + at.logLevel] = logLevels.indexOf(entry.level);
  sink.at = start + at.logMessage;
  const length = putUtf8(sink, entry.message);
  setU32(sink.bytes, start + at.logMessageLength, length);
  if (entry.fields !== null) putSection(sink, entry.fields, entry.jobId, start, limit);
  finish(sink, start, entry.jobId, limit);
}

/** Writes one state of an error event, as its own codec has put it into text. */
export function encodeErrorEvent(sink: ByteSink, text: string): void {
  putTextRecord(sink, RecordKind.errorEvent, text);
}

/** Writes which number a job's last log entry had. */
export function encodeLastNumber(sink: ByteSink, seq: JobSeq, number: number): void {
  putU32(sink, at.lastNumberEnd - 4);
  putU8(sink, RecordKind.lastNumber);
  putU48(sink, seq);
  putU48(sink, number);
}

/** Writes that this group holds the updates of the recovery file with this nonce. */
export function encodeMerged(sink: ByteSink, nonce: string): void {
  putTextRecord(sink, RecordKind.merged, nonce);
}

function putTextRecord(sink: ByteSink, kind: number, text: string): void {
  const start = sink.at;
  putU32(sink, 0);
  putU8(sink, kind);
  putUtf8(sink, text);
  setU32(sink.bytes, start, sink.at - start - 4);
}

function putFixed(sink: ByteSink, kind: number, seq: JobSeq, job: Job, sections: number): void {
  sink.reserve(at.headSections);
  const { bytes } = sink;
  const start = sink.at;
  bytes[start + at.kind] = kind;
  bytes[start + at.status] = statusNumbers.get(job.status)!;
  bytes[start + at.sections] = sections;
  setU48(bytes, start + at.seq, seq);
  setU48(bytes, start + at.version, job.version);
  let has = 0;
  timesView.setFloat64(0, job.updatedAt, true);
  if (job.startedAt !== null) has |= Has.startedAt;
  timesView.setFloat64(8, job.startedAt ?? 0, true);
  if (job.finishedAt !== null) has |= Has.finishedAt;
  timesView.setFloat64(16, job.finishedAt ?? 0, true);
  if (job.cancelRequestedAt !== null) has |= Has.cancelRequestedAt;
  timesView.setFloat64(24, job.cancelRequestedAt ?? 0, true);
  if (job.progress !== null) has |= Has.progress;
  timesView.setFloat64(32, job.progress ?? 0, true);
  bytes[start + at.has] = has;
  bytes.set(times, start + at.times);
  sink.at = start + at.headSections;
}

function putSections(
  sink: ByteSink,
  job: Job,
  sections: number,
  start: number,
  limit: Bytes,
): void {
  if ((sections & Section.data) !== 0) putSection(sink, job.data, job.id, start, limit);
  if ((sections & Section.result) !== 0) putSection(sink, job.result, job.id, start, limit);
  if ((sections & Section.error) !== 0) {
    putSection(sink, job.error as unknown as Json, job.id, start, limit);
  }
}

function putSection(sink: ByteSink, value: Json, id: string, start: number, limit: Bytes): void {
  const place = sink.at;
  sink.reserve(4);
  sink.at += 4;
  putJson(sink, value);
  const length = sink.at - place - 4;
  if (length > limit) {
    sink.at = start;
    throw tooLarge(id, length, limit);
  }
  setU32(sink.bytes, place, length);
}

function setU16(bytes: Uint8Array, place: number, value: number): void {
  bytes[place] = value;
  bytes[place + 1] = value >>> 8;
}

function finish(sink: ByteSink, start: number, id: string, limit: Bytes): void {
  const length = sink.at - start;
  if (length > limit) {
    sink.at = start;
    throw tooLarge(id, length, limit);
  }
  setU32(sink.bytes, start, length - 4);
}
