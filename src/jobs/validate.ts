import { FlakehoundError } from '../errors.js';
import type { Bytes, Instant, Ratio } from '../units.js';
import type { Job, JobError, JobStatus, Json, LogLevel, NewJob, NewLogEntry } from './job.js';
import { jobStatuses, logLevels } from './job.js';
import type { GroupStep, TransitionDetails } from './jobStore.js';
import { keepJson } from './jsonValue.js';
import { sealJob } from './sealJob.js';
import type { KeptDetails } from './stateMachine.js';

const longestType = 128;
const control = /[\u0000-\u001f\u007f-\u009f]/;
/** Half of a pair: UTF-8 has no bytes for it. */
const loneSurrogate = /\p{Surrogate}/u;
const loneSurrogates = /\p{Surrogate}/gu;

/** What an id may be at most, in characters as JavaScript counts them. */
export const longestId = 256;

/** @throws FlakehoundError `JOB_ID`, which says what is wrong with it */
export function checkId(id: unknown, what = 'id'): asserts id is string {
  const problem = problemOfId(id);
  if (problem === undefined) return;
  throw new FlakehoundError('JOB_ID', `${what} ${shown(id)} ${problem}`, {
    hint: `use 1 to ${longestId} characters, no control characters, and no "." or ".." between slashes`,
  });
}

function problemOfId(id: unknown): string | undefined {
  if (typeof id !== 'string')
    return id === null ? 'is no string' : `is a ${typeof id}, not a string`;
  if (id === '') return 'is empty';
  if (id.length > longestId) return `has ${id.length} characters, ${longestId} are allowed`;
  if (control.test(id)) return 'holds a control character';
  if (loneSurrogate.test(id)) return 'holds half of a surrogate pair';
  if (id.includes('.') && id.split('/').some((part) => part === '.' || part === '..')) {
    return 'has "." or ".." as a part of a path';
  }
  return undefined;
}

/**
 * Makes sure that members can be asked for.
 *
 * @param what - as errors call it: `the new job`
 * @throws FlakehoundError `JOB_VALUE`
 */
export function checkObject(value: unknown, what: string, hint: string): asserts value is object {
  if (typeof value === 'object' && value !== null) return;
  throw new FlakehoundError('JOB_VALUE', `${what} is ${shown(value)}, not an object`, { hint });
}

/** @throws FlakehoundError `JOB_VALUE` */
export function checkNewJob(job: unknown): asserts job is NewJob {
  checkObject(job, 'the new job', "give at least its type: create({ type: 'mail' })");
}

/** @throws FlakehoundError `JOB_VALUE` unless it is a list of objects */
export function checkSteps(steps: unknown): asserts steps is readonly GroupStep[] {
  const hint = "give a list of steps: group([{ kind: 'create', type: 'mail' }])";
  if (!Array.isArray(steps)) {
    throw new FlakehoundError('JOB_VALUE', `the steps are ${shown(steps)}, not an array`, { hint });
  }
  for (const step of steps) checkObject(step, 'a step', hint);
}

/** @throws FlakehoundError `JOB_VALUE` unless it can be called */
export function checkListener(listener: unknown): void {
  if (typeof listener === 'function') return;
  throw new FlakehoundError('JOB_VALUE', `the listener is ${shown(listener)}, not a function`, {
    hint: 'give a function that takes a list of changes: onChange((changes) => …)',
  });
}

/** @throws FlakehoundError `JOB_VALUE` unless left out or a number of things */
export function checkLimit(limit: unknown): asserts limit is number | undefined {
  if (limit === undefined || limit === Number.POSITIVE_INFINITY) return;
  if (Number.isSafeInteger(limit) && (limit as number) >= 0) return;
  throw new FlakehoundError('JOB_VALUE', `limit ${shown(limit)} is no number of things`, {
    hint: 'say a whole number, 0 or more, or leave it out',
  });
}

/** @throws FlakehoundError `JOB_VALUE` */
export function checkType(type: unknown): asserts type is string {
  const isGood =
    typeof type === 'string' &&
    type !== '' &&
    type.length <= longestType &&
    !control.test(type) &&
    !loneSurrogate.test(type);
  if (!isGood) {
    throw new FlakehoundError('JOB_VALUE', `type ${shown(type)} can't be kept`, {
      hint: `use 1 to ${longestType} characters, no control characters`,
    });
  }
}

/** @throws FlakehoundError `JOB_VALUE` */
export function checkStatus(status: unknown): asserts status is JobStatus {
  if (!(jobStatuses as readonly unknown[]).includes(status)) {
    throw new FlakehoundError('JOB_VALUE', `status ${shown(status)} is none`, {
      hint: `use one of ${jobStatuses.join(', ')}`,
    });
  }
}

/** @throws FlakehoundError `JOB_VALUE` unless it is null or a number in 0..1 */
export function checkProgress(progress: unknown): Ratio | null {
  if (progress === null) return null;
  if (typeof progress === 'number' && progress >= 0 && progress <= 1) return progress + 0;
  throw new FlakehoundError('JOB_VALUE', `progress ${shown(progress)} is not in 0..1`, {
    hint: 'say the share that is done, from 0 to 1, or null',
  });
}

/** @throws FlakehoundError `JOB_VALUE` unless left out or a finite number */
export function checkInstant(at: unknown, what: string): asserts at is Instant | undefined {
  if (at === undefined || Number.isFinite(at)) return;
  throw new FlakehoundError('JOB_VALUE', `${what} ${shown(at)} is no point in time`, {
    hint: 'say milliseconds since 1970, as Date.now() has them',
  });
}

/** @throws FlakehoundError `JOB_VALUE` unless left out or a whole number of at least 1 */
export function checkIfVersion(version: unknown): asserts version is number | undefined {
  if (version === undefined || (Number.isSafeInteger(version) && (version as number) >= 1)) return;
  throw new FlakehoundError('JOB_VALUE', `ifVersion ${shown(version)} is no version`, {
    hint: 'use the version of the job that you read',
  });
}

/**
 * The first state of a job.
 *
 * @param id - what the job is called when it doesn't say
 * @throws FlakehoundError `JOB_ID`, `JOB_VALUE`
 */
export function createdJob(from: NewJob, id: string, now: Instant): Job {
  const own = from.id === undefined ? id : from.id;
  checkId(own);
  checkType(from.type);
  if (from.parent !== undefined) checkId(from.parent, 'parent');
  return sealJob({
    id: own,
    type: from.type,
    status: 'queued',
    progress: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    parent: from.parent ?? null,
    data: from.data === undefined ? null : keepJson(from.data, 'data'),
    result: null,
    error: null,
  });
}

/** @throws FlakehoundError `JOB_VALUE` for what can't be kept */
export function keepDetails(details: TransitionDetails): KeptDetails {
  checkObject(details, 'what is said of the transition', 'give { result, error, at }, or nothing');
  checkInstant(details.at, 'at');
  checkIfVersion(details.ifVersion);
  const kept: { at?: Instant; result?: Json; error?: JobError } = {};
  if (details.at !== undefined) kept.at = details.at + 0;
  if (details.result !== undefined) kept.result = keepJson(details.result, 'result');
  if (details.error !== undefined) kept.error = keepError(details.error);
  return kept;
}

/** @throws FlakehoundError `JOB_VALUE` unless it has a message, and perhaps a code and a stack */
export function keepError(error: unknown): JobError {
  const { message, code, stack } = (error ?? {}) as Record<string, unknown>;
  const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
  if (typeof message !== 'string' || !isText(code) || !isText(stack)) {
    throw new FlakehoundError('JOB_VALUE', `error ${shown(error)} can't be kept`, {
      hint: 'use {message, code, stack}, each a string, the last two as you like',
    });
  }
  return Object.freeze({
    message,
    ...(code === undefined ? {} : { code: code as string }),
    ...(stack === undefined ? {} : { stack: stack as string }),
  });
}

/** A log entry whose values are checked, copied and frozen. */
export interface KeptLogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Json;
}

/** @throws FlakehoundError `JOB_VALUE` */
export function keepLogEntry(entry: NewLogEntry): KeptLogEntry {
  checkObject(entry, 'the log entry', "give at least its message: { message: 'half is done' }");
  const { level = 'info', message, fields } = entry;
  if (!(logLevels as readonly unknown[]).includes(level)) {
    throw new FlakehoundError('JOB_VALUE', `level ${shown(level)} is none`, {
      hint: `use one of ${logLevels.join(', ')}`,
    });
  }
  if (typeof message !== 'string') {
    throw new FlakehoundError('JOB_VALUE', `message ${shown(message)} is not a string`, {
      hint: 'put the text into message, and everything else into fields',
    });
  }
  return {
    level,
    // Written as UTF-8, which has no half pairs: the reader must see what the writer saw.
    message: message.replaceAll(loneSurrogates, '\ufffd'),
    fields: fields === undefined ? null : keepJson(fields, 'fields'),
  };
}

/** The error for a record longer than the store takes. */
export function tooLarge(id: string, bytes: Bytes, limit: Bytes): FlakehoundError {
  return new FlakehoundError(
    'JOB_TOO_LARGE',
    `a record of job ${shown(id)} takes ${bytes} B, ${limit} B are allowed`,
    { hint: 'keep large data in a file and its path in the job, or raise limits.recordBytes' },
  );
}

/** The error for a job that isn't there. */
export function missing(id: string): FlakehoundError {
  return new FlakehoundError('JOB_MISSING', `there is no job ${shown(id)}`, {
    hint: 'create it first, or list the jobs that there are',
  });
}

/** The error for an id that is taken. */
export function exists(job: Job): FlakehoundError {
  return new FlakehoundError(
    'JOB_EXISTS',
    `there is a job ${shown(job.id)} already (${job.status}, version ${job.version})`,
    { hint: 'take another id, leave the id out, or remove the other job first' },
  );
}

/** A value as an error shows it: never long, never failing. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : plain(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}
