import type { ListQuery } from '../engine/state/jobLists.js';
import { FlakehoundError } from '../errors.js';
import type { JobFilter } from '../jobs/jobStore.js';
import { checkId, checkLimit, checkObject, checkStatus, checkType } from '../jobs/validate.js';
import type { JobSeq } from '../units.js';

/** @throws FlakehoundError `JOB_VALUE`, `JOB_ID` for a filter that can't mean anything */
export function checkFilter(filter: JobFilter): void {
  checkObject(filter, 'the filter', 'give { status, type, parent, after, limit }, or nothing');
  const { status, type, parent, after, limit } = filter;
  if (typeof status === 'string') checkStatus(status);
  else if (status !== undefined) for (const one of [status].flat()) checkStatus(one);
  if (type !== undefined) checkType(type);
  if (parent !== undefined) checkId(parent, 'parent');
  if (after !== undefined) checkId(after, 'after');
  checkLimit(limit);
}

/**
 * How many log entries are asked for. A guest's infinity comes as null.
 *
 * @throws FlakehoundError `JOB_VALUE`
 */
export function limitOf(limit: number | null | undefined): number {
  checkLimit(limit ?? undefined);
  return limit ?? Number.POSITIVE_INFINITY;
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
