import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createByteSink } from '../../../src/engine/byteSink.js';
import { readPut, recordEnd } from '../../../src/engine/readRecord.js';
import { RecordKind } from '../../../src/engine/recordLayout.js';
import {
  encodeHead,
  encodeLastNumber,
  encodeLogEntry,
  encodeMerged,
  encodePut,
  encodeRemove,
} from '../../../src/engine/records.js';
import { jobStatuses, logLevels } from '../../../src/jobs/job.js';
import { sealJob } from '../../../src/jobs/sealJob.js';
import { aJob } from '../../support/jobs.js';

const job = aJob({ id: 'b-1', data: Object.freeze({ n: 1 }) });
const ended = sealJob({
  ...job,
  status: 'completed',
  version: 2,
  updatedAt: 1500,
  startedAt: 1200,
  finishedAt: 1500,
  progress: 1,
  result: 'ok',
});

test('RECORDS.md shows what is written', () => {
  const text = readFileSync(new URL('../../../src/engine/RECORDS.md', import.meta.url), 'utf8');
  const examples = [...text.matchAll(/^```\n([0-9a-f \n]+)```$/gm)].map(([, hex]) =>
    Buffer.from(hex!.replaceAll(/\s/g, ''), 'hex'),
  );
  const sink = createByteSink(64);
  encodePut(sink, 7, job, 1000);
  encodeHead(sink, 7, { before: job, job: ended }, 1000);
  encodeLogEntry(
    sink,
    7,
    { jobId: 'b-1', number: 1, at: 1300, level: 'warn', message: 'hm', fields: null },
    1000,
  );
  encodeRemove(sink, 7, 2);
  encodeLastNumber(sink, 7, 1);
  encodeMerged(sink, 'n-1');
  expect(examples.length).toBe(6);
  expect(Buffer.concat(examples).toString('hex')).toBe(
    sink.bytes.subarray(0, sink.at).toString('hex'),
  );
});

test('numbers on disk stay what they are', () => {
  expect(jobStatuses).toEqual(['queued', 'active', 'completed', 'failed', 'cancelled']);
  expect(logLevels).toEqual(['debug', 'info', 'warn', 'error']);
  expect(RecordKind).toEqual({
    put: 1,
    head: 2,
    remove: 3,
    log: 4,
    errorEvent: 5,
    merged: 6,
    lastNumber: 7,
  });
});

test('a record that grows its sink is whole', () => {
  const sink = createByteSink(64);
  const large = aJob({ data: 'é'.repeat(100_000), result: Object.freeze(['x'.repeat(5000)]) });
  encodePut(sink, 1, large, 1e6);
  expect(recordEnd(sink.bytes, 0, sink.at)).toBe(sink.at);
  expect(readPut(sink.bytes, 0)).toEqual(large);
});

test('a section that is no JSON makes no job', () => {
  const sink = createByteSink(64);
  encodePut(sink, 1, job, 1000);
  sink.bytes[sink.at - 1] = 0x20;
  expect(recordEnd(sink.bytes, 0, sink.at)).toBe(sink.at);
  expect(readPut(sink.bytes, 0)).toBeUndefined();
});
