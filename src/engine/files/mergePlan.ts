import type { Instant } from '../../units.js';
import type { PendingUpdate, RecoveryFile } from './recoveryFile.js';

/** What a store knows of a job before a merge. */
export interface JobNow {
  readonly version: number;
  readonly createdAt: Instant;
  /** Number of its last log entry; 0 when it has none. */
  readonly lastLog: number;
}

/** An update that is not merged. */
export interface Refusal {
  readonly update: PendingUpdate;
  readonly why: string;
}

/** What to do with a recovery file. */
export type MergePlan =
  /** A group that holds its nonce is durable; only the file is still there. */
  | { readonly kind: 'merged' }
  /** `apply` goes into one group with the nonce, also when it is empty. */
  | {
      readonly kind: 'merge';
      readonly apply: readonly PendingUpdate[];
      readonly refused: readonly Refusal[];
    };

/**
 * Decides what of a recovery file goes into the store. An update whose job has moved on since is
 * refused, and with it all that came after it for the same job.
 *
 * @param merged - nonces of files whose groups are durable
 * @param jobNow - undefined where there is no such job
 */
export function mergePlan(
  file: RecoveryFile,
  merged: ReadonlySet<string>,
  jobNow: (id: string) => JobNow | undefined,
): MergePlan {
  if (merged.has(file.nonce)) return { kind: 'merged' };
  const apply: PendingUpdate[] = [];
  const refused: Refusal[] = [];
  const states = new Map<string, JobNow | undefined | 'refused'>();
  for (const update of file.updates) {
    const id = jobOf(update);
    const state = states.has(id) ? states.get(id) : jobNow(id);
    if (state === 'refused') {
      refused.push({ update, why: `an earlier update of ${id} was refused` });
      continue;
    }
    const step = stepOf(update, state);
    if (typeof step === 'string') {
      refused.push({ update, why: step });
      // A log entry that is there already says nothing about those that follow.
      if (update.kind !== 'log') states.set(id, 'refused');
    } else {
      apply.push(update);
      states.set(id, step.next);
    }
  }
  return { kind: 'merge', apply, refused };
}

/** The job's state after the update, or why it can't be made. */
function stepOf(
  update: PendingUpdate,
  now: JobNow | undefined,
): { readonly next: JobNow | undefined } | string {
  const id = jobOf(update);
  switch (update.kind) {
    case 'put': {
      const { version, createdAt } = update.job;
      const moved = movedOn(id, update.previous, createdAt, now);
      if (moved !== undefined) return moved;
      return { next: { version, createdAt, lastLog: now?.lastLog ?? 0 } };
    }
    case 'remove': {
      const moved = movedOn(id, update.previous, update.createdAt, now);
      return moved ?? { next: undefined };
    }
    case 'log': {
      if (now === undefined) return `there is no job ${id}`;
      const { number } = update.entry;
      if (number !== now.lastLog + 1) {
        return `the log of ${id} has ${now.lastLog} entries, so number ${number} can’t be next`;
      }
      return { next: { ...now, lastLog: number } };
    }
  }
}

function movedOn(
  id: string,
  previous: number,
  createdAt: Instant,
  now: JobNow | undefined,
): string | undefined {
  if (previous === 0) {
    return now === undefined ? undefined : `${id} was created meanwhile`;
  }
  if (now === undefined) return `${id} is no longer there`;
  if (now.createdAt !== createdAt) return `${id} is another job by now`;
  if (now.version !== previous) {
    return `${id} is at version ${now.version}, the update was made to version ${previous}`;
  }
  return undefined;
}

function jobOf(update: PendingUpdate): string {
  switch (update.kind) {
    case 'put':
      return update.job.id;
    case 'remove':
      return update.id;
    case 'log':
      return update.entry.jobId;
  }
}
