import { FlakehoundError } from '../errors.js';
import type { Job } from '../jobs/job.js';
import type { JobFilter, PruneResult, PruneRule } from '../jobs/jobStore.js';
import { checkObject, checkType } from '../jobs/validate.js';
import type { Clock } from '../ports/clock.js';

/** What pruning reads and writes. */
export interface PruneWorld {
  readonly clock: Clock;
  readonly finished: (filter: JobFilter) => readonly Job[];
  readonly logEntries: (id: string) => Promise<number>;
  /** Removes those that are still as given, as one group; answers with them. */
  readonly remove: (jobs: readonly Job[]) => Promise<readonly Job[]>;
}

const perGroup = 500;

/** @throws FlakehoundError `JOB_VALUE` for a rule that can't mean anything */
export async function prune(rule: PruneRule, world: PruneWorld): Promise<PruneResult> {
  const { olderThan, keep = 0, type } = checked(rule);
  const finished = world.finished({
    status: ['completed', 'failed', 'cancelled'],
    ...(type === undefined ? {} : { type }),
  });
  const now = world.clock.now();
  const gone = finished
    .slice(0, Math.max(0, finished.length - keep))
    .filter((job) => olderThan === undefined || (job.finishedAt ?? now) < now - olderThan);
  const result = { jobs: 0, logEntries: 0 };
  for (let from = 0; from < gone.length; from += perGroup) {
    const some = gone.slice(from, from + perGroup);
    const entries = new Map<string, number>();
    for (const { id } of some) entries.set(id, await world.logEntries(id));
    for (const { id } of await world.remove(some)) {
      result.jobs++;
      result.logEntries += entries.get(id) ?? 0;
    }
  }
  return result;
}

function checked(rule: PruneRule): PruneRule {
  checkObject(rule, 'the rule', 'say which jobs go: prune({ olderThan, keep, type })');
  const { olderThan, keep, type } = rule;
  if (olderThan !== undefined && !(olderThan >= 0)) {
    throw new FlakehoundError('JOB_VALUE', `olderThan ${olderThan} is no length of time`, {
      hint: 'say milliseconds, 0 or more',
    });
  }
  if (keep !== undefined && !(Number.isSafeInteger(keep) && keep >= 0)) {
    throw new FlakehoundError('JOB_VALUE', `keep ${keep} is no number of jobs`, {
      hint: 'say a whole number, 0 or more',
    });
  }
  if (type !== undefined) checkType(type);
  return rule;
}
