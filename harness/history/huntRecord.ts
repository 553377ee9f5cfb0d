import type { Job, Json, ProcessIdentity } from '../../src/index.js';
import type { HuntStarted, NoticeGiven, StopReason } from '../events.js';
import type { Tally } from '../report/summary.js';
import type { HuntHead } from '../stats/huntReport.js';
import type { TreeState } from './treeState.js';

/*
 * How hunts lie in the store. On disk: a change of a shape raises `recordFormat`.
 *
 * | job                | type        | holds                                                   |
 * |--------------------|-------------|---------------------------------------------------------|
 * | `HUNT`             | `hunt`      | data `HuntRecord`, result `HuntResult` once it has ended |
 * | `HUNT/run/N`       | `run`       | result `PackedRun` once it is over                       |
 * | `HUNT/summary`     | `summary`   | data `PackedSummary`, once the hunt has ended            |
 * | `HUNT/durations`   | `durations` | data `PackedDurations`; gone when the hunt is old        |
 * | `HUNT/durations/N` | `durations` | of more tests, from part 1 on                            |
 * | `names/N`          | `names`     | files and tests by number, shared by all hunts           |
 */

/** On disk: raised when a shape changes; a record of a higher one is not read. */
export const recordFormat = 1;

export const jobTypes = {
  hunt: 'hunt',
  run: 'run',
  summary: 'summary',
  durations: 'durations',
  names: 'names',
} as const;

/** All that is needed to carry a hunt on. */
export interface HuntRecord {
  readonly format: number;
  /** The options, complete, as the command line has them. */
  readonly plan: Json;
  readonly started: HuntStarted;
  /** Given before the first run. */
  readonly notices: readonly NoticeGiven[];
  readonly tree: TreeState;
  /** The process that carries it out, or did last. */
  readonly holder: ProcessIdentity;
}

/** What a list of hunts tells of each. */
export interface HuntResult {
  readonly stopped: StopReason;
  readonly durationMs: number;
  readonly runs: HuntHead['runs'];
  readonly tally: Tally;
}

/** A hunt as it lies in the store. */
export interface StoredHunt {
  readonly id: string;
  readonly job: Job;
  readonly record: HuntRecord;
  /** null while it has not ended, and for one that was killed. */
  readonly result: HuntResult | null;
}

export const runId = (hunt: string, run: number): string => `${hunt}/run/${run}`;
export const summaryId = (hunt: string): string => `${hunt}/summary`;
/** @param part - from 0 on */
export const durationsId = (hunt: string, part: number): string =>
  part === 0 ? `${hunt}/durations` : `${hunt}/durations/${part}`;

/** What may be kept as JSON, taken for it: what is undefined is left out. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** Reads a hunt's job; null for one that this version can't read. */
export function storedHunt(job: Job): StoredHunt | null {
  // Written by `huntRecorder` alone, and checked by the store's checksums.
  const record = job.data as unknown as HuntRecord | null;
  if (record === null || record.format !== recordFormat) return null;
  return { id: job.id, job, record, result: job.result as unknown as HuntResult | null };
}
