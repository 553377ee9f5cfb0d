import type { Instant, Ratio } from '../units.js';
import type { Job, JobPatch, Json } from './job.js';
import { isFinal } from './jobStore.js';
import { keepJson, sameJson } from './jsonValue.js';
import { nextState, sealDraft } from './sealJob.js';
import { checkObject, checkProgress } from './validate.js';

/** A patch whose values are checked, copied and frozen. */
export interface KeptPatch {
  readonly progress?: Ratio | null;
  readonly data?: Json;
  readonly result?: Json;
}

/** @throws FlakehoundError `JOB_VALUE` for what can't be kept */
export function keepPatch(patch: JobPatch): KeptPatch {
  checkObject(patch, 'the patch', 'give what changes: { progress, data, result }');
  const kept: { progress?: Ratio | null; data?: Json; result?: Json } = {};
  if (patch.progress !== undefined) kept.progress = checkProgress(patch.progress);
  if (patch.data !== undefined) kept.data = keepJson(patch.data, 'data');
  if (patch.result !== undefined) kept.result = keepJson(patch.result, 'result');
  return kept;
}

/**
 * The job after a patch; the very same object when nothing changes. Progress that comes after the
 * end is absorbed.
 */
export function patched(job: Job, patch: KeptPatch, now: Instant): Job {
  const progress =
    patch.progress !== undefined && !isFinal(job.status) && patch.progress !== job.progress;
  const data = patch.data !== undefined && !sameJson(patch.data, job.data);
  const result = patch.result !== undefined && !sameJson(patch.result, job.result);
  if (!progress && !data && !result) return job;
  const next = nextState(job, now);
  if (progress) next.progress = patch.progress ?? null;
  if (data) next.data = patch.data ?? null;
  if (result) next.result = patch.result ?? null;
  return sealDraft(next);
}
