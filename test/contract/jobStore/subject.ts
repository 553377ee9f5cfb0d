import { afterEach, expect } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';
import type { Job, Json } from '../../../src/jobs/job.js';
import { isFinal, type JobChange, type JobStore } from '../../../src/jobs/jobStore.js';
import type { StoreClock } from '../../support/storeClock.js';

/** A store to hold against the contract. Its clock is the one that it was opened with. */
export interface JobStoreSubject {
  readonly store: JobStore;
  readonly clock: StoreClock;
  /** Closes the store and opens it again; left out where nothing outlives the store. */
  readonly reopen?: () => Promise<JobStore>;
  /** Where a backup may be written; left out where none is. */
  readonly backupPath?: string;
}

export interface SubjectOptions {
  /** What `limits.recordBytes` is to be. */
  readonly recordBytes?: number;
}

/** Opens an empty store. */
export type OpenSubject = (options?: SubjectOptions) => Promise<JobStoreSubject>;

/** Opens subjects that are closed when their test ends. */
export function opener(open: OpenSubject): OpenSubject {
  const opened: JobStoreSubject[] = [];
  afterEach(async () => {
    for (const { store, clock } of opened.splice(0)) await clock.drive(store.close());
  });
  return async (options = {}) => {
    const subject = await open(options);
    opened.push(subject);
    const { reopen } = subject;
    if (reopen === undefined) return subject;
    return {
      ...subject,
      async reopen() {
        const store = await reopen();
        opened.push({ ...subject, store });
        return store;
      },
    };
  };
}

/** Expects a rejection of that code, with a hint for the reader, and gives the error. */
export async function refused(
  work: Promise<unknown>,
  code: ErrorCode,
): Promise<Record<string, unknown> & Error> {
  const error = await work.then(
    (value) => expect.fail(`resolved with ${JSON.stringify(value)}, not ${code}`),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code, hint: expect.stringMatching(/./) });
  return error as Record<string, unknown> & Error;
}

/** What always holds of a job, whatever happened to it. */
export function expectSound(job: Job): void {
  const { createdAt, startedAt, finishedAt, updatedAt, status, error, version } = job;
  expect(version).toBeGreaterThanOrEqual(1);
  expect(updatedAt).toBeGreaterThanOrEqual(createdAt);
  expect(finishedAt !== null).toBe(isFinal(status));
  if (startedAt !== null) expect(startedAt).toBeGreaterThanOrEqual(createdAt);
  if (finishedAt !== null) expect(finishedAt).toBeGreaterThanOrEqual(startedAt ?? createdAt);
  if (status !== 'failed') expect(error).toBeNull();
}

/** All that a store shows, to be compared with what it shows later. */
export async function contents(store: JobStore) {
  const { lsn, jobs: counts } = await store.health();
  const jobs = await store.list();
  const logs = await store.recentLogs(10_000);
  return { lsn, counts, jobs, logs, errors: await store.errorEvents() };
}

/** Notes what a store tells its listeners. */
export function listening(store: JobStore) {
  const batches: (readonly JobChange[])[] = [];
  const end = store.onChange((changes) => void batches.push(changes));
  return { batches, changes: () => batches.flat(), end };
}

/** Advances the clock until it is so. */
export async function eventually(
  clock: StoreClock,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let step = 0; step < 1000; step++) {
    if (await isSo()) return;
    await clock.advance(20);
  }
  expect.fail('it never came to that within 20 s of the clock');
}

/** A value that JSON can't say, as if the type checker had let it through. */
export function notJson(value: unknown): Json {
  return value as Json;
}
