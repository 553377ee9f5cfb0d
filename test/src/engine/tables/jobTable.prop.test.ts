import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { TableJob } from '../../../../src/engine/tables/tableJob.js';
import { memoryPlatform } from './memoryFiles.js';
import { badHashes, gathered, noPace, plain, someJobs, tableOf } from './tableCases.js';

const hashes = fc.constantFrom(undefined, ...badHashes);

describe('a job table answers as a plain map does', () => {
  test.prop([someJobs, hashes, fc.array(fc.string({ maxLength: 6 }))])(
    'by id, whatever the ids and however they collide',
    async (jobs, hash, strangers) => {
      const table = await tableOf(jobs, hash ? { hash } : {});
      const model = new Map(jobs.map((job) => [job.id, job]));
      for (const id of [...model.keys(), ...strangers]) {
        const expected = model.get(id);
        expect(answer(table.findNow(id))).toEqual(answer(expected));
        expect(answer(await table.find(id))).toEqual(answer(expected));
      }
      await table.verify(noPace);
    },
  );

  test.prop([someJobs, fc.array(fc.nat(80))])('by seq', async (jobs, strangers) => {
    const table = await tableOf(jobs);
    const model = new Map(jobs.map((job) => [job.seq, job]));
    for (const seq of [...model.keys(), ...strangers]) {
      expect(answer(table.readNow(seq))).toEqual(answer(model.get(seq)));
      expect(answer(await table.read(seq))).toEqual(answer(model.get(seq)));
    }
  });

  test.prop([someJobs])('as a stream, in order', async (jobs) => {
    const table = await tableOf(jobs);
    expect((await gathered(table.each(noPace))).map(plain)).toEqual(jobs.map(plain));
  });

  test.prop([
    someJobs,
    fc.option(fc.constantFrom('hunt', 'run', 'Prüfung', 'none'), { nil: undefined }),
    fc.option(fc.subarray([0, 1, 2, 3, 4]), { nil: undefined }),
    fc.option(fc.oneof(fc.nat(70), fc.nat(2 ** 34)), { nil: undefined }),
    fc.boolean(),
    fc.nat(20),
  ])('by type and status, from either end', async (jobs, type, statuses, after, newest, limit) => {
    const table = await tableOf(jobs);
    const where = { ...(type !== undefined && { type }), ...(statuses && { statuses }) };
    const matching = jobs.filter(
      (job) =>
        (type === undefined || job.type === type) && (!statuses || statuses.includes(job.status)),
    );
    expect(table.count(where)).toBe(matching.length);
    const ordered = newest ? matching.toReversed() : matching;
    const expected = ordered
      .map((job) => job.seq)
      .filter((seq) => after === undefined || (newest ? seq < after : seq > after));
    const range = { newest, ...(after !== undefined && { after }) };
    expect(table.seqsNow(where, range)).toEqual(expected);
    expect(table.seqsNow(where, { ...range, limit })).toEqual(expected.slice(0, limit));
  });

  test.prop([someJobs, fc.integer({ min: 1, max: 300 })])(
    'when each call transfers only a few bytes',
    async (jobs, mostAtOnce) => {
      fc.pre(jobs.every((job) => job.bytes.length < 5000));
      const platform = memoryPlatform();
      platform.files.mostAtOnce = mostAtOnce;
      const table = await tableOf(jobs, { platform });
      for (const job of jobs) expect(answer(table.findNow(job.id))).toEqual(answer(job));
      await table.verify(noPace);
    },
  );
});

function answer(of: Pick<TableJob, 'seq' | 'bytes'> | undefined) {
  return of && { seq: of.seq, bytes: Buffer.from(of.bytes).toString('latin1') };
}
