import type { JobEntry } from '../engine/state/jobEntry.js';
import type { RecentState } from '../engine/state/recentState.js';
import { FlakehoundError } from '../errors.js';
import { cancel } from '../jobs/cancel.js';
import type { Job, JobStatus, LogEntry, NewJob, NewLogEntry } from '../jobs/job.js';
import type { Cancellation, GroupStep, TransitionDetails } from '../jobs/jobStore.js';
import { type KeptPatch, keepPatch, patched } from '../jobs/patch.js';
import { transition } from '../jobs/stateMachine.js';
import {
  checkId,
  checkIfVersion,
  checkNewJob,
  checkStatus,
  createdJob,
  exists,
  keepDetails,
  keepLogEntry,
  missing,
} from '../jobs/validate.js';
import { checkVersion } from '../jobs/versionConflict.js';
import type { Clock } from '../ports/clock.js';
import type { Random } from '../ports/random.js';
import type { Writer } from './writer.js';

/** What steps are decided by, and where they go. */
export interface StepParts {
  readonly state: RecentState;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly random: Random;
  /** Takes what `updateLater` noted of a job: it comes before anything else that is done to it. */
  readonly takeNoted: (id: string) => KeptPatch | undefined;
  readonly onAbsorbed: () => void;
}

/**
 * Single writes, each in one step: checked against the latest state, written into the open group,
 * made part of the latest state. All throw when the step is refused; nothing has happened then.
 */
export class Steps {
  readonly #state: RecentState;
  readonly #writer: Writer;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #takeNoted: StepParts['takeNoted'];
  readonly #onAbsorbed: () => void;

  constructor({ state, writer, clock, random, takeNoted, onAbsorbed }: StepParts) {
    this.#state = state;
    this.#writer = writer;
    this.#clock = clock;
    this.#random = random;
    this.#takeNoted = takeNoted;
    this.#onAbsorbed = onAbsorbed;
  }

  take(step: GroupStep): Job | LogEntry | boolean {
    switch (step.kind) {
      case 'create':
        return this.create(step);
      case 'update':
        return this.update(step.id, keepPatch(step.patch), step.ifVersion);
      case 'transition':
        return this.transition(step.id, step.to, step);
      case 'remove':
        return this.remove(step.id, step.ifVersion);
      case 'log':
        return this.log(step.id, step);
      default: {
        const { kind } = step as { readonly kind: unknown };
        throw new FlakehoundError('JOB_VALUE', `a step of a group is of kind ${String(kind)}`, {
          hint: 'use create, update, transition, remove or log',
        });
      }
    }
  }

  create(from: NewJob): Job {
    checkNewJob(from);
    const job = createdJob(from, from.id ?? this.#freshId(), this.#clock.now());
    const taken = this.#state.find(job.id)?.latest;
    if (taken) throw exists(taken);
    this.#writer.create(job);
    return job;
  }

  update(id: string, patch: KeptPatch, ifVersion: number | undefined): Job {
    if (ifVersion !== undefined) checkIfVersion(ifVersion);
    const entry = this.#present(id);
    const job = entry.latest;
    checkVersion(job, ifVersion);
    const next = patched(job, patch, this.#clock.now());
    if (next === job) return this.#absorbed(job);
    this.#writer.change(entry, job, next);
    return next;
  }

  transition(id: string, to: JobStatus, details: TransitionDetails): Job {
    checkId(id);
    checkStatus(to);
    const kept = keepDetails(details);
    const entry = this.#present(id);
    const job = entry.latest;
    checkVersion(job, details.ifVersion);
    const step = transition(job, to, kept, this.#clock.now());
    switch (step.kind) {
      case 'absorbed':
        return this.#absorbed(job);
      case 'refused':
        throw new FlakehoundError('JOB_TRANSITION', step.why, {
          hint: 'read the job again: what it is now is final',
        });
      case 'changed':
        this.#writer.change(entry, job, step.job);
        return step.job;
    }
  }

  cancel(id: string): Cancellation {
    checkId(id);
    const entry = this.#present(id);
    const job = entry.latest;
    const step = cancel(job, this.#clock.now());
    if (step.changed) this.#writer.change(entry, job, step.job);
    else this.#absorbed(job);
    return { outcome: step.outcome, job: step.job };
  }

  remove(id: string, ifVersion: number | undefined): boolean {
    checkId(id);
    checkIfVersion(ifVersion);
    this.applyNoted(id);
    const entry = this.#state.find(id);
    const job = entry?.latest;
    if (entry === undefined || !job) return false;
    checkVersion(job, ifVersion);
    this.#writer.remove(entry, job);
    return true;
  }

  /** Removes a job that is still as it was read. */
  removeIfSame(job: Job): boolean {
    const entry = this.#state.find(job.id);
    if (entry?.latest !== job) return false;
    this.#writer.remove(entry, job);
    return true;
  }

  log(id: string, entry: NewLogEntry): LogEntry {
    checkId(id);
    const kept = keepLogEntry(entry);
    return this.#writer.append(this.#present(id), kept);
  }

  /** What was noted of a job that is gone is gone with it. */
  noted(id: string, patch: KeptPatch): void {
    const entry = this.#state.find(id);
    const job = entry?.latest;
    if (entry === undefined || !job) return;
    const next = patched(job, patch, this.#clock.now());
    if (next !== job) this.#writer.change(entry, job, next);
  }

  #present(id: string): JobEntry & { readonly latest: Job } {
    if (typeof id !== 'string') checkId(id);
    this.applyNoted(id);
    const entry = this.#state.find(id);
    if (entry !== undefined && isThere(entry)) return entry;
    // The id of a job that is there is a good one: the look at each character is spared.
    checkId(id);
    throw missing(id);
  }

  /** Writes what was noted of a job; a refusal of what comes next leaves it. */
  applyNoted(id: string): void {
    const patch = this.#takeNoted(id);
    if (patch !== undefined) this.noted(id, patch);
  }

  #absorbed(job: Job): Job {
    this.#onAbsorbed();
    return job;
  }

  #freshId(): string {
    return Buffer.from(this.#random.bytes(12)).toString('hex');
  }
}

function isThere(entry: JobEntry): entry is JobEntry & { latest: Job } {
  return !!entry.latest;
}
