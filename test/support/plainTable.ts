import { putParent } from '../../src/engine/readRecord.js';
import type { TableView } from '../../src/engine/state/tableView.js';
import type { ChangedJob } from '../../src/engine/tables/mergeJobs.js';
import type { JobWhere, TableJob } from '../../src/engine/tables/tableJob.js';

/** A job table that is a plain list. */
export function plainTable(
  jobs: readonly TableJob[],
  lsn = 0,
): TableView & { readonly jobs: readonly TableJob[] } {
  const bySeq = new Map(jobs.map((job) => [job.seq, job]));
  const matching = (where: JobWhere = {}): TableJob[] =>
    jobs.filter(
      ({ type, status }) =>
        (where.type === undefined || where.type === type) &&
        (where.statuses === undefined || where.statuses.includes(status)),
    );
  const stored = (job: TableJob | undefined): { seq: number; bytes: Buffer } | undefined =>
    job && { seq: job.seq, bytes: Buffer.from(job.bytes) };
  const keys = new Map(jobs.map(({ type, status }) => [`${type} ${status}`, { type, status }]));
  return {
    entry: { lsn },
    jobs,
    groups: [...keys.values()].map(({ type, status }) => ({
      type,
      status,
      jobs: matching({ type, statuses: [status] }).length,
    })),
    count: (where) => matching(where).length,
    findNow: (id) => stored(jobs.find((job) => job.id === id)),
    readNow: (seq) => stored(bySeq.get(seq)),
    children: (parent) =>
      jobs.filter(({ bytes }) => putParent(Buffer.from(bytes), 0) === parent).map(({ seq }) => seq),
    seqs(where, { after, newest = false } = {}) {
      const seqs = matching(where)
        .map(({ seq }) => seq)
        .filter((seq) => after === undefined || (newest ? seq < after : seq > after));
      if (newest) seqs.reverse();
      return { next: () => seqs.shift() };
    },
  };
}

/** What a table holds once changes are merged into it. */
export function mergedTable(
  base: { readonly jobs: readonly TableJob[] },
  changes: Iterable<ChangedJob>,
  lsn: number,
): ReturnType<typeof plainTable> {
  const bySeq = new Map(base.jobs.map((job) => [job.seq, job]));
  for (const change of changes) {
    const { seq } = change;
    const job = change.resolve(bySeq.get(seq));
    if (job === undefined) bySeq.delete(seq);
    else bySeq.set(seq, { ...job, bytes: Buffer.from(job.bytes) });
  }
  return plainTable(
    [...bySeq.values()].sort((a, b) => a.seq - b.seq),
    lsn,
  );
}
