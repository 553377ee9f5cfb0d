import { FlakehoundError } from '../../errors.js';
import type { Job } from '../../jobs/job.js';
import type { JobSeq } from '../../units.js';
import { readPut } from '../readRecord.js';

/** The job in a put record whose checksum was good. @throws FlakehoundError `CHECKPOINT_CORRUPT` */
export function storedJob(put: Buffer, seq: JobSeq): Job {
  const job = readPut(put, 0);
  if (job !== undefined) return job;
  throw new FlakehoundError('CHECKPOINT_CORRUPT', `the record of job ${seq} holds no JSON`, {
    hint: 'keep the store for diagnosis, and restore a backup',
  });
}
