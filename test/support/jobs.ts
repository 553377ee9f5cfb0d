import fc from 'fast-check';
import type { Job, JobStatus, Json } from '../../src/jobs/job.js';
import { jobStatuses } from '../../src/jobs/job.js';
import { isFinal } from '../../src/jobs/jobStore.js';
import { freezeJson } from '../../src/jobs/jsonValue.js';
import { sealJob } from '../../src/jobs/sealJob.js';

/** A job in which only what a test says is of interest. */
export function aJob(given: Partial<Job> = {}): Job {
  return sealJob({
    id: 'job-1',
    type: 'build',
    status: 'queued',
    progress: null,
    version: 1,
    createdAt: 1000,
    updatedAt: 1000,
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    parent: null,
    data: null,
    result: null,
    error: null,
    ...given,
  });
}

/** What is wrong with a state, by the promises in `job.ts`. */
export function brokenPromises(job: Job): string[] {
  const wrong: string[] = [];
  const { createdAt, startedAt, finishedAt, updatedAt } = job;
  if (startedAt !== null && startedAt < createdAt) wrong.push('started before it was created');
  if (finishedAt !== null && finishedAt < (startedAt ?? createdAt)) wrong.push('finished early');
  if (updatedAt < createdAt) wrong.push('updated before it was created');
  if ((finishedAt !== null) !== isFinal(job.status)) wrong.push('finishedAt against the status');
  if (job.error !== null && job.status !== 'failed') wrong.push('an error without a failure');
  if (!Object.isFrozen(job)) wrong.push('not frozen');
  return wrong;
}

export const anId: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd', 'é/ü', '任务', '🙂'),
  fc.string({ minLength: 1, maxLength: 8 }),
);

export const aStatus: fc.Arbitrary<JobStatus> = fc.constantFrom(...jobStatuses);

/** What a store keeps of JSON: all but objects with a key `__proto__`, which fast-check draws too. */
export const jsonToKeep = (constraints?: fc.JsonSharedConstraints): fc.Arbitrary<unknown> =>
  fc.jsonValue(constraints).filter((value) => !JSON.stringify(value).includes('"__proto__":'));

/** Values as `JSON.parse` makes them, frozen. */
export const aJson: fc.Arbitrary<Json> = jsonToKeep({ maxDepth: 2 }).map((value) =>
  freezeJson(JSON.parse(JSON.stringify(value)) as Json),
);

const anInstant = fc.integer({ min: 0, max: 2 ** 45 });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);

/** Any job that a record can say; its members need not fit together. */
export const anyJob: fc.Arbitrary<Job> = fc
  .record({
    id: anId.filter((id) => !/\p{Surrogate}/u.test(id)),
    type: fc.constantFrom('build', 'test', 'ünï', 'x'.repeat(128)),
    status: aStatus,
    progress: maybe(fc.double({ min: 0, max: 1, noNaN: true }).map((share) => share + 0)),
    version: fc.integer({ min: 1, max: 2 ** 40 }),
    createdAt: anInstant,
    updatedAt: anInstant,
    startedAt: maybe(anInstant),
    finishedAt: maybe(anInstant),
    cancelRequestedAt: maybe(anInstant),
    parent: maybe(fc.constantFrom('p', 'parent/😀')),
    data: aJson,
    result: aJson,
    error: maybe(
      fc.constantFrom(
        Object.freeze({ message: 'no' }),
        Object.freeze({ message: 'ö', code: 'E', stack: 'at\ud800' }),
      ),
    ),
  })
  .map(sealJob);
