import type { JobTableEntry } from '../seam.js';
import type { JobTable } from '../tables/jobTable.js';

/** What the state in memory asks of the job table that it lies on. */
export type TableView = Pick<
  JobTable,
  'groups' | 'count' | 'findNow' | 'readNow' | 'seqs' | 'children'
> & {
  /** LSN of the last record that is in it. */
  readonly entry: Pick<JobTableEntry, 'lsn'>;
};

/** The table of a store that never made a checkpoint. */
export const emptyTable: TableView = {
  entry: { lsn: 0 },
  groups: [],
  count: () => 0,
  findNow: () => undefined,
  readNow: () => undefined,
  seqs: () => ({ next: () => undefined }),
  children: () => [],
};
