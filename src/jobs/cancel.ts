import type { Instant } from '../units.js';
import type { Job } from './job.js';
import { type Cancellation, isFinal } from './jobStore.js';
import { nextState, sealDraft } from './sealJob.js';

/** What a request to cancel does; `changed` says whether `job` is a new state. */
export interface CancelStep extends Cancellation {
  readonly changed: boolean;
}

/**
 * Decides what a request to cancel does: a queued job is cancelled, an active one is asked to stop
 * (once; asking again changes nothing), a finished one stays.
 */
export function cancel(job: Job, now: Instant): CancelStep {
  if (isFinal(job.status)) return { outcome: 'finished', job, changed: false };
  const at = Math.max(job.createdAt, job.startedAt ?? job.createdAt, now);
  if (job.status === 'active' && job.cancelRequestedAt !== null) {
    return { outcome: 'requested', job, changed: false };
  }
  const next = nextState(job, now);
  next.cancelRequestedAt = at;
  if (job.status === 'active') return { outcome: 'requested', job: sealDraft(next), changed: true };
  next.status = 'cancelled';
  next.finishedAt = at;
  return { outcome: 'cancelled', job: sealDraft(next), changed: true };
}
