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
        let version = 1;
        const answers: { readonly given: Job[]; readonly expected: readonly Job[] }[] = [];
        for (const changes of rounds) {
          for (const [seq, status] of changes) {
            const before = truth.get(seq) ?? null;
            if (status === null) truth.delete(seq);
            else truth.set(seq, aJob({ id: `${seq}`, status, version: ++version }));
            listing.move(seq, before, truth.get(seq) ?? null);
          }
          const expected = ordered();
          const [place] = changes[0] ?? [30];
          expect(listing.around(place)).toEqual({
            below: expected.filter(([seq]) => seq < place).length,
            above: expected.filter(([seq]) => seq <= place).length,
          });
          expect(listing.jobs()).toEqual(expected.map(([, job]) => job));
          answers.push({ given: listing.copy(), expected: expected.map(([, job]) => job) });
          if (changes.length % 3 > 0) listing.copyAhead();
        }
        // Each is its caller's, whatever has changed since.
        for (const { given, expected } of answers) expect(given).toEqual(expected);
        expect(new Set(answers.map(({ given }) => given)).size).toBe(answers.length);
      },
    ),
    { numRuns: 500 },
  );
});

test('only a long list has its next copy made ahead', () => {
  const jobs = Array.from({ length: 4096 }, () => aJob());
  const seqs = jobs.map((_, at) => at + 1);
  const long = new Listing(() => true, seqs, jobs);
  expect(long.wantsCopy).toBe(true);
  long.copyAhead();
  expect(long.wantsCopy).toBe(false);
  expect(long.copy()).toEqual(jobs);
  expect(long.wantsCopy).toBe(true);
  expect(new Listing(() => true, seqs.slice(1), jobs.slice(1)).wantsCopy).toBe(false);
});

test('a list that nobody asks for any more becomes stale', () => {
  const listing = new Listing(() => true, [], []);
  for (let seq = 1; seq <= 1024; seq++) listing.move(seq, null, aJob());
  expect(listing.isStale).toBe(false);
  listing.move(2000, null, aJob());
  expect(listing.isStale).toBe(true);
});
