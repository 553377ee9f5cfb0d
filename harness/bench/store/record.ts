/** One version of one job, as every contestant keeps it. */
export interface BenchJob {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly progress: number;
  readonly version: number;
  readonly updatedAt: number;
  readonly data: BenchData;
}

/** What changes with each version. A type, so that it is known to be JSON. */
export type BenchData = {
  readonly file: string;
  readonly attempt: number;
  readonly condition: string;
};

/** Bytes of a record as JSON. */
export const recordBytes = 197;

/** @param n - below ten million */
export const jobId = (n: number): string => `job-${String(n).padStart(7, '0')}`;

/** All numbers in it have a fixed count of digits, so that every version is as long as the others. */
export const dataOf = (n: number, version: number): BenchData => ({
  file: `test/queue/retry-${String(n % 1000).padStart(3, '0')}.test.ts`,
  attempt: 1_000_000 + (version % 1_000_000),
  condition: 'plain',
});

/** The whole record: what a peer that knows nothing of jobs keeps under the id. */
export const recordOf = (n: number, version: number, status = 'active'): BenchJob => ({
  id: jobId(n),
  type: 'hunt',
  status,
  progress: 0.25,
  version: 1_000_000 + (version % 1_000_000),
  updatedAt: 1_790_000_000_000 + version,
  data: dataOf(n, version),
});
