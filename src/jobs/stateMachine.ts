import type { Instant } from '../units.js';
import { isoTime } from './isoTime.js';
import type { Job, JobError, JobStatus, Json } from './job.js';
import { isFinal } from './jobStore.js';
import { nextState, sealDraft } from './sealJob.js';

/** What one event does to a job. */
export type Transition =
  | { readonly kind: 'changed'; readonly job: Job }
  /** It came late or twice; the job is as it was. */
  | { readonly kind: 'absorbed'; readonly job: Job }
  | { readonly kind: 'refused'; readonly why: string };

/** What comes with a change of status; `at` is now when left out. Values must be kept copies. */
export interface KeptDetails {
  readonly at?: Instant;
  readonly result?: Json;
  readonly error?: JobError;
}

type Move = Transition['kind'];

/**
 * What an event (above) does to a job in a status (left).
 *
 * | | queued | active | completed | failed | cancelled |
 * |---|---|---|---|---|---|
 * | queued | absorbed | changed | changed | changed | changed |
 * | active | changed: released | absorbed | changed | changed | changed |
 * | completed | absorbed | absorbed | absorbed | refused | refused |
 * | failed | absorbed | absorbed | refused | absorbed | refused |
 * | cancelled | absorbed | absorbed | refused | refused | absorbed |
 */
export const moves: Readonly<Record<JobStatus, Readonly<Record<JobStatus, Move>>>> = {
  queued: {
    queued: 'absorbed',
    active: 'changed',
    completed: 'changed',
    failed: 'changed',
    cancelled: 'changed',
  },
  active: {
    queued: 'changed',
    active: 'absorbed',
    completed: 'changed',
    failed: 'changed',
    cancelled: 'changed',
  },
  completed: final('completed'),
  failed: final('failed'),
  cancelled: final('cancelled'),
};

function final(own: JobStatus): Readonly<Record<JobStatus, Move>> {
  const other = (status: JobStatus): Move => (status === own ? 'absorbed' : 'refused');
  return {
    queued: 'absorbed',
    active: 'absorbed',
    completed: other('completed'),
    failed: other('failed'),
    cancelled: other('cancelled'),
  };
}

/**
 * Decides what an event does to a job. Times are moved so far that
 * `createdAt <= startedAt <= finishedAt` holds, whatever the event or the clock says.
 *
 * A job may end before its 'active' arrives: completed or failed, it has begun when it ended;
 * cancelled, it never began. A result is taken with a final status, an error with 'failed'.
 */
export function transition(
  job: Job,
  to: JobStatus,
  details: KeptDetails,
  now: Instant,
): Transition {
  const move = moves[job.status][to];
  if (move === 'absorbed') return { kind: 'absorbed', job };
  const at = Math.max(job.createdAt, details.at ?? now);
  if (move === 'refused') return { kind: 'refused', why: refusal(job, to, at) };
  const next = nextState(job, now);
  next.status = to;
  if (to === 'queued') {
    next.startedAt = null;
  } else if (to === 'active') {
    next.startedAt = at;
  } else {
    const finishedAt = Math.max(at, job.startedAt ?? at);
    next.finishedAt = finishedAt;
    if (to !== 'cancelled') next.startedAt = job.startedAt ?? finishedAt;
    if (details.result !== undefined) next.result = details.result;
    if (to === 'failed') next.error = details.error ?? null;
  }
  return { kind: 'changed', job: sealDraft(next) };
}

function refusal(job: Job, to: JobStatus, at: Instant): string {
  const since = isFinal(job.status) && job.finishedAt !== null ? job.finishedAt : job.updatedAt;
  return `job ${JSON.stringify(job.id)} is ${job.status} since ${isoTime(since)}, so it can't be ${to} at ${isoTime(at)}`;
}
