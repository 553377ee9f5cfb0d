import type { ListQuery } from '../engine/state/jobLists.js';
import { FlakehoundError } from '../errors.js';
import type { JobFilter } from '../jobs/jobStore.js';
import { checkId, checkStatus, checkType } from '../jobs/validate.js';
import type { JobSeq } from '../units.js';

/** @throws FlakehoundError `JOB_VALUE`, `JOB_ID` for a filter that can't mean anything */
export function checkFilter(filter: JobFilter): void {
  const { status, type, parent, after, limit } = filter;
  if (typeof status === 'string') checkStatus(status);
  else if (status !== undefined) for (const one of [status].flat()) checkStatus(one);
  if (type !== undefined) checkType(type);
  if (parent !== undefined) checkId(parent, 'parent');
  if (after !== undefined) checkId(after, 'after');
  checkLimit(limit);
}

/** @throws FlakehoundError `JOB_VALUE` */
export function checkLimit(limit: unknown): void {
  if (limit === undefined || limit === Number.POSITIVE_INFINITY) return;
  if (Number.isSafeInteger(limit) && (limit as number) >= 0) return;
  throw new FlakehoundError('JOB_VALUE', `limit ${String(limit)} is no number of things`, {
    hint: 'say a whole number, 0 or more, or leave it out',
  });
}

/**
 * The filter with the place of the job that it goes on after.
 *
 * @throws FlakehoundError `JOB_MISSING` when that one isn't there
 */
export function listQuery(
  { after, ...rest }: JobFilter,
  seqOf: (id: string) => JobSeq | undefined,
): ListQuery {
  if (after === undefined) return rest;
  const seq = seqOf(after);
  if (seq !== undefined) return { ...rest, after: seq };
  const id = JSON.stringify(after);
  throw new FlakehoundError('JOB_MISSING', `there is no job ${id} to go on after`, {
    hint: 'begin the list anew without after',
  });
}
