import { isDeepStrictEqual } from 'node:util';
import { FlakehoundError } from '../../src/errors.js';
import type {
  Job,
  JobError,
  JobPatch,
  JobStatus,
  Json,
  NewJob,
  NewLogEntry,
} from '../../src/jobs/job.js';
import { jobStatuses, logLevels } from '../../src/jobs/job.js';
import type { TransitionDetails } from '../../src/jobs/jobStore.js';

/*
 * The rules of jobs said a second time, as plainly as can be and apart from src/jobs, so that each
 * can be held against the other.
 */

/** What a move from the status on the left to the one above does. */
const moves: Readonly<Record<JobStatus, Readonly<Record<JobStatus, 'go' | 'absorb' | 'refuse'>>>> =
  {
    queued: { queued: 'absorb', active: 'go', completed: 'go', failed: 'go', cancelled: 'go' },
    active: { queued: 'go', active: 'absorb', completed: 'go', failed: 'go', cancelled: 'go' },
    completed: {
      queued: 'absorb',
      active: 'absorb',
      completed: 'absorb',
      failed: 'refuse',
      cancelled: 'refuse',
    },
    failed: {
      queued: 'absorb',
      active: 'absorb',
      completed: 'refuse',
      failed: 'absorb',
      cancelled: 'refuse',
    },
    cancelled: {
      queued: 'absorb',
      active: 'absorb',
      completed: 'refuse',
      failed: 'refuse',
      cancelled: 'absorb',
    },
  };

const isFinal = (status: JobStatus): boolean => status !== 'queued' && status !== 'active';

/** Shorthand of the errors that the interface names. */
export function failure(code: FlakehoundError['code'], message: string): FlakehoundError {
  return new FlakehoundError(code, message, { hint: 'see src/jobs/jobStore.ts' });
}

export function modelCreated(job: NewJob & { readonly id: string }, now: number): Job {
  checkId(job.id);
  if (
    typeof job.type !== 'string' ||
    !(job.type.length <= 128 && /^[^\p{Cc}\p{Cs}]+$/u.test(job.type))
  ) {
    throw failure('JOB_VALUE', `type ${JSON.stringify(job.type)}`);
  }
  if (job.parent !== undefined) checkId(job.parent);
  return frozen({
    id: job.id,
    type: job.type,
    status: 'queued',
    progress: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    parent: job.parent ?? null,
    data: keepable(job.data ?? null, 'data'),
    result: null,
    error: null,
  });
}

/** The job after a patch; the very same when nothing changes. */
export function modelPatched(job: Job, patch: JobPatch, now: number): Job {
  const wanted: { progress?: number | null; data?: Json; result?: Json } = checkedPatch(patch);
  if (isFinal(job.status)) delete wanted.progress;
  const changed = Object.entries(wanted).filter(
    ([key, value]) => !isDeepStrictEqual(job[key as keyof JobPatch], value),
  );
  return changed.length === 0 ? job : stepped(job, Object.fromEntries(changed), now);
}

/** @throws FlakehoundError `JOB_VALUE` for what no job could take */
export function checkedPatch(patch: JobPatch): JobPatch {
  const { progress, data, result } = patch;
  const isShare = typeof progress === 'number' && progress >= 0 && progress <= 1;
  if (progress !== undefined && progress !== null && !isShare) {
    throw failure('JOB_VALUE', `progress is ${progress}`);
  }
  return {
    ...(progress === undefined ? {} : { progress: progress === null ? null : progress + 0 }),
    ...(data === undefined ? {} : { data: keepable(data, 'data') }),
    ...(result === undefined ? {} : { result: keepable(result, 'result') }),
  };
}

/** @throws FlakehoundError `JOB_VALUE` */
export function checkedDetails(to: JobStatus, how: TransitionDetails): TransitionDetails {
  checkIfVersion(how.ifVersion);
  if (!jobStatuses.includes(to)) throw failure('JOB_VALUE', `status ${to}`);
  if (how.at !== undefined && !Number.isFinite(how.at)) {
    throw failure('JOB_VALUE', `at ${how.at}`);
  }
  return {
    ...how,
    ...(how.result === undefined ? {} : { result: keepable(how.result, 'result') }),
    ...(how.error === undefined ? {} : { error: checkedError(how.error) }),
  };
}

function checkedError(error: JobError): JobError {
  const { message, code = '', stack = '' } = error ?? {};
  if ([message, code, stack].some((text) => typeof text !== 'string')) {
    throw failure('JOB_VALUE', 'the error is none');
  }
  return frozen({
    message,
    ...(error.code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack }),
  });
}

/** @throws FlakehoundError `JOB_VALUE` for what no job has as its version */
export function checkIfVersion(ifVersion: number | undefined): void {
  if (ifVersion === undefined || (Number.isSafeInteger(ifVersion) && ifVersion >= 1)) return;
  throw failure('JOB_VALUE', `ifVersion ${ifVersion}`);
}

/**
 * The job after an event; the very same when it is absorbed.
 *
 * @throws FlakehoundError `JOB_TRANSITION`
 */
export function modelMoved(job: Job, to: JobStatus, how: TransitionDetails, now: number): Job {
  const move = moves[job.status][to];
  if (move === 'refuse') throw failure('JOB_TRANSITION', `${job.id}: ${job.status} to ${to}`);
  if (move === 'absorb') return job;
  const at = Math.max(job.createdAt, how.at ?? now);
  if (to === 'queued') return stepped(job, { status: to, startedAt: null }, now);
  if (to === 'active') return stepped(job, { status: to, startedAt: at }, now);
  const finishedAt = Math.max(at, job.startedAt ?? at);
  // A job that was never begun may be cancelled; one that ended otherwise has begun.
  const startedAt = job.startedAt ?? (to === 'cancelled' ? null : finishedAt);
  return stepped(
    job,
    {
      status: to,
      startedAt,
      finishedAt,
      ...(how.result === undefined ? {} : { result: how.result }),
      ...(to === 'failed' ? { error: how.error ?? null } : {}),
    },
    now,
  );
}

/** The job after a request to cancel it, and what became of the request. */
export function modelCancelled(
  job: Job,
  now: number,
): { outcome: 'cancelled' | 'requested' | 'finished'; job: Job } {
  if (isFinal(job.status)) return { outcome: 'finished', job };
  const at = Math.max(job.createdAt, job.startedAt ?? 0, now);
  if (job.status === 'queued') {
    return {
      outcome: 'cancelled',
      job: stepped(job, { status: 'cancelled', finishedAt: at, cancelRequestedAt: at }, now),
    };
  }
  if (job.cancelRequestedAt !== null) return { outcome: 'requested', job };
  return { outcome: 'requested', job: stepped(job, { cancelRequestedAt: at }, now) };
}

export function checkedEntry({ level = 'info', message, fields = null }: NewLogEntry): {
  level: (typeof logLevels)[number];
  message: string;
  fields: Json;
} {
  if (!logLevels.includes(level)) throw failure('JOB_VALUE', `level ${level}`);
  if (typeof message !== 'string') throw failure('JOB_VALUE', `message is a ${typeof message}`);
  // Half of a pair of surrogates is no text.
  const text = message.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  return { level, message: text, fields: keepable(fields, 'fields') };
}

/** @throws FlakehoundError `JOB_VALUE` for statuses and times that nobody can wait for */
export function checkedWait(statuses: readonly JobStatus[], timeout: number | undefined): void {
  const isGood =
    statuses.length > 0 &&
    statuses.every((status) => jobStatuses.includes(status)) &&
    (timeout === undefined || timeout >= 0);
  if (!isGood) throw failure('JOB_VALUE', `can't wait ${timeout} ms for ${statuses}`);
}

/** @throws FlakehoundError `JOB_ID` */
export function checkId(id: string): void {
  const isGood =
    typeof id === 'string' &&
    id.length >= 1 &&
    id.length <= 256 &&
    !/[\u0000-\u001f\u007f-\u009f]/.test(id) &&
    // Half of a pair of surrogates is no text.
    !/\p{Surrogate}/u.test(id) &&
    id.split('/').every((part) => part !== '.' && part !== '..');
  if (!isGood) throw failure('JOB_ID', `id ${JSON.stringify(id)}`);
}

function stepped(job: Job, change: Partial<Job>, now: number): Job {
  return frozen({
    ...job,
    ...change,
    version: job.version + 1,
    updatedAt: Math.max(job.updatedAt, now),
  });
}

/** As JSON would give it back. */
function keepable(value: Json, where: string): Json {
  const problem = problemIn(value, where, []);
  if (problem !== undefined) throw failure('JOB_VALUE', problem);
  return frozen(JSON.parse(JSON.stringify(value)) as Json);
}

function problemIn(value: unknown, where: string, above: readonly object[]): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${where}: ${value}`;
  if (typeof value !== 'object') return `${where} is a ${typeof value}`;
  if (above.includes(value)) return `${where} holds itself`;
  const around = [...above, value];
  if (Array.isArray(value)) {
    // Holes are skipped by most methods, not by this loop.
    for (let at = 0; at < value.length; at++) {
      const problem = problemIn(value[at], `${where}[${at}]`, around);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `${where} is no plain object`;
  for (const [key, part] of Object.entries(value)) {
    if (key === '__proto__') return `${where} has a key __proto__`;
    const problem = problemIn(part, `${where}.${key}`, around);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
