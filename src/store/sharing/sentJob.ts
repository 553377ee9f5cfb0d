import type { Job, JobPatch } from '../../jobs/job.js';
import { freezeJson } from '../../jobs/jsonValue.js';
import { asJson } from './messages.js';

/**
 * Writes a job as it travels: the values of its members without their names, so that neither side
 * spends its time on those. Between the brackets of an item, in this order: type, status, progress,
 * version, createdAt, updatedAt, startedAt, finishedAt, cancelRequestedAt, parent, error; then, of
 * a job that was asked for by `update`, data and result unless the patch holds them, and otherwise
 * id, data, result.
 *
 * @param patch - of the `update` that this answers; the guest has it still
 */
export function sentJob(job: Job, patch: JobPatch | undefined): string {
  const { parent, error } = job;
  const head = `${quoted(job.type)},"${job.status}",${job.progress},${job.version},${job.createdAt},${job.updatedAt},${job.startedAt},${job.finishedAt},${job.cancelRequestedAt},${parent === null ? parent : JSON.stringify(parent)},${error === null ? error : JSON.stringify(error)}`;
  if (patch === undefined) {
    return `${head},${JSON.stringify(job.id)},${JSON.stringify(job.data)},${JSON.stringify(job.result)}`;
  }
  let text = head;
  if (patch.data === undefined) text += `,${JSON.stringify(job.data)}`;
  if (patch.result === undefined) text += `,${JSON.stringify(job.result)}`;
  return text;
}

/**
 * The job again, frozen.
 *
 * @param at - where it begins in the item
 * @param update - the arguments of the `update` that was answered, kept and frozen
 */
export function receivedJob(
  item: readonly unknown[],
  at: number,
  update: readonly unknown[] | undefined,
): Job {
  let rest = at + 11;
  const next = () => freezeJson(asJson(item[rest++]));
  // An owner of our version wrote it, as `sentJob` says; the patch is what GuestStore kept.
  const patch = update?.[1] as JobPatch | undefined;
  const id = update === undefined ? next() : update[0];
  return Object.freeze({
    id: id as string,
    type: item[at] as string,
    status: item[at + 1] as Job['status'],
    progress: item[at + 2] as Job['progress'],
    version: item[at + 3] as number,
    createdAt: item[at + 4] as number,
    updatedAt: item[at + 5] as number,
    startedAt: item[at + 6] as Job['startedAt'],
    finishedAt: item[at + 7] as Job['finishedAt'],
    cancelRequestedAt: item[at + 8] as Job['cancelRequestedAt'],
    parent: item[at + 9] as Job['parent'],
    data: patch?.data === undefined ? next() : patch.data,
    result: patch?.result === undefined ? next() : patch.result,
    error: freezeJson(asJson(item[at + 10])) as unknown as Job['error'],
  });
}

let lastType = '';
let lastQuoted = '""';

/** Jobs that are written one after the other are mostly of one type. */
function quoted(type: string): string {
  if (type !== lastType) {
    lastQuoted = JSON.stringify(type);
    lastType = type;
  }
  return lastQuoted;
}
