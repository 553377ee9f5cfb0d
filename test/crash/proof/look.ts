import type { Job, LogEntry } from '../../../src/jobs/job.js';
import { jobStatuses } from '../../../src/jobs/job.js';
import type { Health, JobStore } from '../../../src/jobs/jobStore.js';
import { type Contents, canon } from './canon.js';

/** What an old owner writes that was taken for dead; no model knows of it. */
export const zombieType = 'zombie';

/** Everything that a store shows, in every way there is. */
export interface Look extends Contents {
  readonly text: string;
  readonly health: Health;
  /** By `get`, of each job listed. */
  readonly got: readonly (Job | undefined)[];
  /** By `logs`, of each job listed. */
  readonly logsOf: readonly (readonly LogEntry[])[];
  /** By `count`, in the order of `jobStatuses`. */
  readonly counts: readonly number[];
  /** Whether each id that a script uses is found. */
  readonly found: ReadonlyMap<string, boolean>;
}

/** Reads everything that a store shows, in every way there is. */
export async function look(store: JobStore, ids: readonly string[]): Promise<Look> {
  const jobs = await store.list();
  const logs = [...(await store.recentLogs(Number.MAX_SAFE_INTEGER))].reverse();
  const got: (Job | undefined)[] = [];
  const logsOf: (readonly LogEntry[])[] = [];
  for (const { id } of jobs) {
    got.push(await store.get(id));
    logsOf.push(await store.logs(id));
  }
  const counts: number[] = [];
  for (const status of jobStatuses) counts.push(await store.count({ status }));
  const found = new Map<string, boolean>();
  for (const id of ids) found.set(id, (await store.get(id)) !== undefined);
  const health = await store.health();
  return {
    jobs,
    logs,
    text: canon({ jobs: jobs.filter(({ type }) => type !== zombieType), logs }),
    health,
    got,
    logsOf,
    counts,
    found,
  };
}
