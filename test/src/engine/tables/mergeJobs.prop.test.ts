import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { type ChangedJob, mergeJobs } from '../../../../src/engine/tables/mergeJobs.js';
import type { TableJob } from '../../../../src/engine/tables/tableJob.js';
import { memoryPlatform } from './memoryFiles.js';
import { gathered, job, noPace, plain, someJobs, tableOf } from './tableCases.js';

const changes = fc.array(
  fc.record({ pick: fc.nat(80), how: fc.constantFrom('change', 'remove', 'create') }),
  { maxLength: 150 },
);

test.prop([someJobs, fc.boolean(), changes])(
  'a merge holds what the base held, with the changes, as a map would',
  async (jobs, isFirst, picks) => {
    const base = isFirst ? [] : jobs;
    const model = new Map(base.map((one) => [one.seq, one]));
    const edits = new Map<number, TableJob | undefined>();
    for (const { pick, how } of picks) {
      const seq = base[pick]?.seq ?? pick + 1;
      if (how === 'remove') edits.set(seq, undefined);
      else edits.set(seq, job(seq, { id: model.get(seq)?.id ?? `new ${seq}`, status: pick % 5 }));
    }
    const seenBases: [number, string | undefined][] = [];
    const recent: ChangedJob[] = [...edits]
      .sort(([a], [b]) => a - b)
      .map(([seq, now]) => ({
        seq,
        resolve(old) {
          seenBases.push([seq, old?.id]);
          return now;
        },
      }));
    const expectedBases = recent.map(({ seq }) => [seq, model.get(seq)?.id]);
    for (const [seq, now] of edits) {
      if (now) model.set(seq, now);
      else model.delete(seq);
    }
    const expected = [...model.values()].sort((a, b) => a.seq - b.seq).map(plain);
    const table = isFirst ? undefined : await tableOf(base);
    const merged = await gathered(mergeJobs(table, recent, noPace));
    expect(merged.map(plain)).toEqual(expected);
    expect(seenBases).toEqual(expectedBases);
    const next = await tableOf(merged, { platform: memoryPlatform() });
    expect((await gathered(next.each(noPace))).map(plain)).toEqual(expected);
    await next.verify(noPace);
  },
);

test('changes out of order are our mistake', async () => {
  const change = (seq: number): ChangedJob => ({ seq, resolve: () => job(seq) });
  const merged = gathered(mergeJobs(undefined, [change(2), change(2)], noPace));
  await expect(merged).rejects.toThrow('the change of job 2 comes after that of job 2');
});
