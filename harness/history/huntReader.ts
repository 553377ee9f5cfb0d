import { FlakehoundError, isFinal, type JobStore } from '../../src/index.js';
import type { HuntStarted, NoticeGiven, RunEvent } from '../events.js';
import type { HuntReport } from '../stats/huntReport.js';
import { createTally } from '../stats/tally.js';
import { FailureTable } from './failureTable.js';
import {
  durationsId,
  jobTypes,
  runId,
  type StoredHunt,
  storedHunt,
  summaryId,
} from './huntRecord.js';
import type { Continued } from './huntRecorder.js';
import type { NameBook } from './names.js';
import { type PackedRun, unpackRun } from './packRun.js';
import { type PackedDurations, type PackedSummary, unpackSummary } from './packSummary.js';

/** Which hunts to list. */
export interface HuntFilter {
  readonly limit: number;
  readonly isWanted: (hunt: StoredHunt) => boolean;
}

/** Jobs that are read at once: as many as are asked for, more where few of them are wanted. */
const leastRead = 20;
const mostRead = 200;

/** Lists hunts, the newest first; reads nothing but their own small jobs. */
export async function listHunts(
  store: JobStore,
  { limit, isWanted }: HuntFilter,
): Promise<readonly StoredHunt[]> {
  const found: StoredHunt[] = [];
  let after: string | undefined;
  let pageSize = Math.max(leastRead, Math.min(mostRead, limit));
  while (found.length < limit) {
    const page = await store.list({
      type: jobTypes.hunt,
      newest: true,
      limit: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const job of page) {
      const hunt = storedHunt(job);
      if (hunt !== null && isWanted(hunt)) found.push(hunt);
    }
    if (page.length < pageSize) break;
    after = page.at(-1)?.id;
    pageSize = Math.min(mostRead, 2 * pageSize);
  }
  return found.slice(0, limit);
}

/** Finds a hunt by its id; null when the store has none of it. */
export async function findHunt(store: JobStore, id: string): Promise<StoredHunt | null> {
  const job = await store.get(id).catch((error: unknown) => {
    // What is no id is no hunt's either: it may be a file or a commit.
    if (error instanceof FlakehoundError && error.code === 'JOB_ID') return undefined;
    throw error;
  });
  return job === undefined || job.type !== jobTypes.hunt ? null : storedHunt(job);
}

/** The hunt's report as far as it went: from its summary, or from its runs where it has none. */
export async function reportOfHunt(
  store: JobStore,
  hunt: StoredHunt,
  names: NameBook,
): Promise<HuntReport> {
  const summary = await store.get(summaryId(hunt.id));
  if (summary !== undefined) {
    const packed = summary.data as unknown as PackedSummary;
    const took = await durationsOf(store, hunt.id);
    const report = unpackSummary(packed, took, names);
    return took === null ? withNotice(report) : report;
  }
  const { started, notices, runs } = (await resume(store, hunt, names)).resumption;
  const tally = createTally();
  tally.add(started);
  for (const notice of notices) tally.add(notice);
  for await (const events of runs) for (const event of events) tally.add(event);
  return tally.report();
}

/** Of all tests; null where they are no longer kept. */
async function durationsOf(store: JobStore, hunt: string): Promise<PackedDurations | null> {
  const took: (readonly number[])[] = [];
  for (let part = 0; ; part++) {
    const job = await store.get(durationsId(hunt, part));
    if (job === undefined) return part === 0 ? null : took;
    for (const one of job.data as unknown as PackedDurations) took.push(one);
  }
}

function withNotice(report: HuntReport): HuntReport {
  const notice = {
    code: 'HISTORY_SHORTENED',
    message: 'of a hunt this old, how long its tests took is no longer kept',
  };
  return { ...report, hunt: { ...report.hunt, notices: [...report.hunt.notices, notice] } };
}

/** All that a hunt needs to go on where it was cut off. */
export interface StoredResumption {
  readonly resumption: {
    readonly started: HuntStarted;
    readonly notices: readonly NoticeGiven[];
    readonly elapsedMs: number;
    /** To be read once, and to its end before the hunt is recorded on. */
    readonly runs: AsyncIterable<readonly RunEvent[]>;
  };
  readonly continued: Continued;
}

/** Reads how far a hunt had come; its runs are read one by one, as they are asked for. */
export async function resume(
  store: JobStore,
  hunt: StoredHunt,
  names: NameBook,
): Promise<StoredResumption> {
  const { started, notices } = hunt.record;
  const failures = new FailureTable(started.root);
  const runs = await countRuns(store, hunt.id);
  const last = runs === 0 ? null : await packedRun(store, hunt.id, runs);
  const elapsedMs = last?.elapsedMs ?? 0;
  return {
    resumption: {
      started,
      notices,
      elapsedMs,
      runs: readRuns(store, { hunt: hunt.id, runs, names, failures }),
    },
    continued: { runs, elapsedMs, names, failures },
  };
}

async function* readRuns(
  store: JobStore,
  of: Pick<Continued, 'runs' | 'names' | 'failures'> & { readonly hunt: string },
): AsyncGenerator<readonly RunEvent[]> {
  for (let run = 1; run <= of.runs; run++) {
    const packed = await packedRun(store, of.hunt, run);
    if (packed === null) {
      throw new FlakehoundError(
        'HISTORY_DAMAGED',
        `the store has run ${of.runs} of hunt ${of.hunt}, but not run ${run}`,
        { hint: 'start it anew: flakehound hunt' },
      );
    }
    yield unpackRun(run, packed, of);
  }
}

/** The run's own part of its job; null while it isn't over. */
async function packedRun(store: JobStore, hunt: string, run: number): Promise<PackedRun | null> {
  const job = await store.get(runId(hunt, run));
  if (job === undefined || !isFinal(job.status)) return null;
  return job.result as unknown as PackedRun | null;
}

/** Runs that are over: one comes after the other, so the first that isn't tells. */
async function countRuns(store: JobStore, hunt: string): Promise<number> {
  const isOver = async (run: number): Promise<boolean> =>
    (await packedRun(store, hunt, run)) !== null;
  let over = 0;
  let open = 1;
  while (await isOver(open)) {
    over = open;
    open *= 2;
  }
  while (open - over > 1) {
    const middle = Math.floor((over + open) / 2);
    if (await isOver(middle)) over = middle;
    else open = middle;
  }
  return over;
}
