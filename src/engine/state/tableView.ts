import type { JobTable } from '../tables/jobTable.js';

/** What the state in memory asks of the job table that it lies on. */
export type TableView = Pick<JobTable, 'groups' | 'count' | 'findNow' | 'readNow' | 'seqs'>;

/** The table of a store that never made a checkpoint. */
export const emptyTable: TableView = {
  groups: [],
  count: () => 0,
  findNow: () => undefined,
  readNow: () => undefined,
  seqs: () => ({ next: () => undefined }),
};
