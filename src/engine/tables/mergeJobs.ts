import { invariant } from '../../errors.js';
import type { JobSeq } from '../../units.js';
import type { Pace } from '../seam.js';
import type { JobTable } from './jobTable.js';
import type { TableJob } from './tableJob.js';

/** What became of one job since the last table was written. */
export interface ChangedJob {
  readonly seq: JobSeq;
  /** How it is now; `undefined` when it was removed. `base` is how the last table has it. */
  resolve(base: TableJob | undefined): TableJob | undefined;
}

const batchJobs = 64;

/**
 * The jobs of the next table: those of `base` with what has changed.
 *
 * @param recent - in ascending order of their seqs
 */
export async function* mergeJobs(
  base: Pick<JobTable, 'each'> | undefined,
  recent: Iterable<ChangedJob>,
  pace: Pace,
): AsyncGenerator<readonly TableJob[]> {
  const changes = recent[Symbol.iterator]();
  let change = nextChange(changes, -1);
  let batch: TableJob[] = [];
  const add = (job: TableJob | undefined) => {
    if (job) batch.push(job);
  };
  for await (const jobs of base?.each(pace) ?? []) {
    for (const job of jobs) {
      while (change && change.seq < job.seq) {
        add(change.resolve(undefined));
        change = nextChange(changes, change.seq);
        if (batch.length >= batchJobs) {
          yield batch;
          batch = [];
          await pace.turn();
        }
      }
      if (change?.seq === job.seq) {
        add(change.resolve(job));
        change = nextChange(changes, change.seq);
      } else {
        batch.push(job);
      }
    }
    yield batch;
    batch = [];
  }
  for (; change; change = nextChange(changes, change.seq)) {
    add(change.resolve(undefined));
    if (batch.length < batchJobs) continue;
    yield batch;
    batch = [];
    await pace.turn();
  }
  yield batch;
}

function nextChange(changes: Iterator<ChangedJob>, after: JobSeq): ChangedJob | undefined {
  const { done, value } = changes.next();
  if (done) return undefined;
  invariant(value.seq > after, `the change of job ${value.seq} comes after that of job ${after}`);
  return value;
}
