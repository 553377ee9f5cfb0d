import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createByteSink } from '../../../src/engine/byteSink.js';
import {
  composePut,
  putId,
  putType,
  readLogEntry,
  readPut,
  recordEnd,
  recordSeq,
  recordStatus,
  recordText,
  recordVersion,
} from '../../../src/engine/readRecord.js';
import {
  encodeErrorEvent,
  encodeHead,
  encodeLogEntry,
  encodeMerged,
  encodePut,
  encodeRemove,
} from '../../../src/engine/records.js';
import { jobStatuses, logLevels } from '../../../src/jobs/job.js';
import { sealJob } from '../../../src/jobs/sealJob.js';
import { aJson, anyJob } from '../../support/jobs.js';

const limit = 1e6;
const aSeq = fc.integer({ min: 1, max: 2 ** 48 - 1 });
const noise = fc.uint8Array({ maxLength: 5 });

function written(write: (sink: ReturnType<typeof createByteSink>) => void, before = 0): Buffer {
  const sink = createByteSink(16);
  sink.at = before;
  sink.reserve(0);
  write(sink);
  return sink.bytes.subarray(before, sink.at);
}

test('a whole job comes back, wherever its record stands', () => {
  fc.assert(
    fc.property(anyJob, aSeq, noise, (job, seq, around) => {
      const record = written((sink) => encodePut(sink, seq, job, limit), around.length);
      const bytes = Buffer.concat([around, record, around]);
      const from = around.length;
      expect(recordEnd(bytes, from, bytes.length)).toBe(from + record.length);
      expect(recordSeq(bytes, from)).toBe(seq);
      expect(recordVersion(bytes, from)).toBe(job.version);
      expect(jobStatuses[recordStatus(bytes, from)]).toBe(job.status);
      expect([putId(bytes, from), putType(bytes, from)]).toEqual([job.id, job.type]);
      expect(readPut(bytes, from)).toEqual(job);
    }),
  );
});

test('a put record and the heads after it make the last state', () => {
  const states = fc.array(
    fc.record({ job: anyJob, keeps: fc.array(fc.constantFrom('data', 'result', 'error')) }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(anyJob, states, aSeq, (first, later, seq) => {
      const put = { bytes: written((sink) => encodePut(sink, seq, first, limit)), at: 0 };
      let last = first;
      const heads = later.map(({ job, keeps }) => {
        const before = last;
        const kept = Object.fromEntries(keeps.map((key) => [key, before[key as 'data']]));
        const { id, type, parent, createdAt } = first;
        last = sealJob({ ...job, ...kept, id, type, parent, createdAt });
        const bytes = written((sink) => encodeHead(sink, seq, { before, job: last }, limit));
        expect(recordEnd(bytes, 0, bytes.length)).toBe(bytes.length);
        return { bytes, at: 0 };
      });
      const whole = composePut(put, heads.reverse());
      expect(recordEnd(whole, 0, whole.length)).toBe(whole.length);
      expect(readPut(whole, 0)).toEqual(last);
      expect(recordSeq(whole, 0)).toBe(seq);
    }),
  );
});

test('a log entry comes back', () => {
  const anEntry = fc.record({
    jobId: fc.constant('j'),
    number: fc.integer({ min: 1, max: 2 ** 40 }),
    at: fc.integer(),
    level: fc.constantFrom(...logLevels),
    message: fc.string({ unit: 'grapheme', maxLength: 60 }),
    fields: aJson,
  });
  fc.assert(
    fc.property(anEntry, aSeq, (entry, seq) => {
      const bytes = written((sink) => encodeLogEntry(sink, seq, entry, limit));
      expect(recordEnd(bytes, 0, bytes.length)).toBe(bytes.length);
      expect(recordSeq(bytes, 0)).toBe(seq);
      expect(readLogEntry(bytes, 0, 'j')).toEqual(entry);
    }),
  );
});

test('no cut and no wrong byte makes a reader throw or run away', () => {
  const job = sealJob({
    ...fc.sample(anyJob, { numRuns: 1, seed: 5 })[0]!,
    data: { a: [1, 'two'] },
    result: 'r',
    error: { message: 'm' },
  });
  const records = [
    written((sink) => encodePut(sink, 7, job, limit)),
    written((sink) => encodeHead(sink, 7, { before: { ...job, data: null }, job }, limit)),
    written((sink) => encodeRemove(sink, 7, 3)),
    written((sink) =>
      encodeLogEntry(
        sink,
        7,
        { jobId: 'j', number: 1, at: 0, level: 'warn', message: 'm', fields: [1] },
        limit,
      ),
    ),
    written((sink) => encodeErrorEvent(sink, '{}')),
    written((sink) => encodeMerged(sink, 'nonce')),
  ];
  for (const record of records) {
    for (let length = 0; length < record.length; length++) {
      expect(recordEnd(record, 0, length)).toBe(-1);
    }
    for (let place = 0; place < record.length; place++) {
      for (let value = 0; value < 256; value++) {
        const bytes = Buffer.from(record);
        bytes[place] = value;
        const end = recordEnd(bytes, 0, bytes.length);
        if (end > bytes.length) expect.unreachable(`byte ${place} as ${value}`);
        if (end === -1) continue;
        if (bytes[4] === 1) readPut(bytes, 0);
        if (bytes[4] === 4) readLogEntry(bytes, 0, 'j');
      }
    }
  }
});

test('texts come back', () => {
  const event = written((sink) => encodeErrorEvent(sink, '{"ü":1}'));
  expect(recordText(event, 0)).toBe('{"ü":1}');
  expect(
    recordText(
      written((sink) => encodeMerged(sink, 'n-1')),
      0,
    ),
  ).toBe('n-1');
});

test('what is too long is refused by its length, and leaves the sink as it was', () => {
  const job = sealJob({ ...fc.sample(anyJob, 1)[0]!, data: 'x'.repeat(1000), result: null });
  const before = { ...job, data: null };
  for (const write of [
    (sink: ReturnType<typeof createByteSink>) => encodePut(sink, 1, job, 900),
    (sink: ReturnType<typeof createByteSink>) => encodePut(sink, 1, job, 1020),
    (sink: ReturnType<typeof createByteSink>) => encodeHead(sink, 1, { before, job }, 1020),
    (sink: ReturnType<typeof createByteSink>) =>
      encodeLogEntry(
        sink,
        1,
        { jobId: 'j', number: 1, at: 0, level: 'info', message: 'x'.repeat(999), fields: null },
        1000,
      ),
  ]) {
    const sink = createByteSink(64);
    sink.at = 10;
    sink.reserve(0);
    expect(() => write(sink)).toThrow(expect.objectContaining({ code: 'JOB_TOO_LARGE' }));
    expect(sink.at).toBe(10);
    expect(sink.bytes.length).toBeLessThan(10_000);
  }
});
