import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Listing } from '../../../../src/engine/state/listing.js';
import type { Job } from '../../../../src/jobs/job.js';
import { aJob } from '../../../support/jobs.js';

const seqOf = fc.integer({ min: 1, max: 60 });
const aStatus = fc.constantFrom('queued' as const, 'active' as const, null);

test('a list that follows changes is the list made anew', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(seqOf),
      fc.array(fc.array(fc.tuple(seqOf, aStatus), { maxLength: 40 }), { maxLength: 6 }),
      (first, rounds) => {
        const truth = new Map<number, Job>();
        for (const seq of first) truth.set(seq, aJob({ id: `${seq}` }));
        const ordered = (): [number, Job][] =>
          [...truth].filter(([, job]) => job.status === 'queued').sort(([a], [b]) => a - b);
        const listing = new Listing(
          (job) => job.status === 'queued',
          ordered().map(([seq]) => seq),
          ordered().map(([, job]) => job),
        );
        for (const changes of rounds) {
          for (const [seq, status] of changes) {
            const before = truth.get(seq) ?? null;
            if (status === null) truth.delete(seq);
            else truth.set(seq, aJob({ id: `${seq}`, status }));
            listing.move(seq, before, truth.get(seq) ?? null);
          }
          const expected = ordered();
          const [place] = changes[0] ?? [30];
          expect(listing.around(place)).toEqual({
            below: expected.filter(([seq]) => seq < place).length,
            above: expected.filter(([seq]) => seq <= place).length,
          });
          expect(listing.jobs()).toEqual(expected.map(([, job]) => job));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a list that nobody asks for any more becomes stale', () => {
  const listing = new Listing(() => true, [], []);
  for (let seq = 1; seq <= 1024; seq++) listing.move(seq, null, aJob());
  expect(listing.isStale).toBe(false);
  listing.move(2000, null, aJob());
  expect(listing.isStale).toBe(true);
});
