import { FlakehoundError } from '../errors.js';
import type { Job } from './job.js';

/** A write presumed a version that the job no longer has; nothing was written. */
export class VersionConflictError extends FlakehoundError {
  readonly id: string;
  /** The version that the caller presumed. */
  readonly expected: number;
  /** The job as it is. */
  readonly actual: Job;

  constructor(expected: number, actual: Job) {
    super(
      'JOB_CONFLICT',
      `job ${JSON.stringify(actual.id)} has version ${actual.version} (${actual.status}), not ${expected}`,
      { hint: 'read the job again, and repeat the change on what it is now' },
    );
    this.id = actual.id;
    this.expected = expected;
    this.actual = actual;
  }
}

/** @throws VersionConflictError when `expected` is given and the job has another version */
export function checkVersion(job: Job, expected: number | undefined): void {
  if (expected !== undefined && expected !== job.version) {
    throw new VersionConflictError(expected, job);
  }
}
