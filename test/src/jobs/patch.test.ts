import { expect, test } from 'vitest';
import { keepPatch, patched } from '../../../src/jobs/patch.js';
import { aJob } from '../../support/jobs.js';

test('what is left out stays', () => {
  const job = aJob({ data: 1, result: 2, progress: 0.5 });
  expect(patched(job, keepPatch({ data: { a: 1 } }), 2000)).toEqual({
    ...job,
    data: { a: 1 },
    version: 2,
    updatedAt: 2000,
  });
});

test('what changes nothing makes no new version', () => {
  const job = aJob({ data: { a: [1, { b: 2 }], c: 0 }, progress: 0 });
  const same = keepPatch({ data: { c: -0, a: [1, { b: 2 }] }, progress: -0 });
  expect(patched(job, same, 2000)).toBe(job);
});

test('progress after the end is absorbed, data is not', () => {
  const job = aJob({ status: 'completed', finishedAt: 1500, progress: 0.5 });
  expect(patched(job, { progress: 0.7 }, 2000)).toBe(job);
  expect(patched(job, { progress: 0.7, data: 1 }, 2000)).toMatchObject({ progress: 0.5, data: 1 });
});

test('the clock going back takes no time away', () => {
  expect(patched(aJob({ updatedAt: 5000 }), { data: 1 }, 10).updatedAt).toBe(5000);
});

test.each([Number.NaN, -0.1, 1.1, Infinity, '1' as never])('progress %s is refused', (progress) => {
  expect(() => keepPatch({ progress })).toThrow(expect.objectContaining({ code: 'JOB_VALUE' }));
});
