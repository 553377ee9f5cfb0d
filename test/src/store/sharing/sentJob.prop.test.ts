import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Job, JobPatch } from '../../../../src/jobs/job.js';
import { receivedJob, sentJob } from '../../../../src/store/sharing/sentJob.js';
import { anyJob } from '../../../support/jobs.js';

/** Across the channel, as part of an item. */
function travelled(job: Job, patch?: JobPatch): Job {
  const item = JSON.parse(`[17,7,${sentJob(job, patch)}]`) as unknown[];
  return receivedJob(item, 2, patch === undefined ? undefined : [job.id, patch]);
}

/** Some of what a patch that led to the job may have held. */
const aPatchOf = (job: Job): fc.Arbitrary<JobPatch> =>
  fc
    .subarray(['progress', 'data', 'result'] as const)
    .map((keys) => Object.fromEntries(keys.map((key) => [key, job[key]])));

const isFrozenThrough = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(isFrozenThrough));

describe('a job that travels', () => {
  test('arrives as it was, member by member in the order of all jobs, and frozen', () => {
    fc.assert(
      fc.property(anyJob, (job) => {
        const arrived = travelled(job);
        expect(JSON.stringify(arrived)).toBe(JSON.stringify(job));
        expect(isFrozenThrough(arrived)).toBe(true);
      }),
    );
  });

  test('needs nothing of what the update said that it answers', () => {
    fc.assert(
      fc.property(
        anyJob.chain((job) => fc.tuple(fc.constant(job), aPatchOf(job))),
        ([job, patch]) => {
          const arrived = travelled(job, patch);
          expect(JSON.stringify(arrived)).toBe(JSON.stringify(job));
          expect(isFrozenThrough(arrived)).toBe(true);
          if (patch.data !== undefined) expect(arrived.data).toBe(patch.data);
          if (patch.result !== undefined) expect(arrived.result).toBe(patch.result);
        },
      ),
    );
  });
});
