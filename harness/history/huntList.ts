import type { JobStore } from '../../src/index.js';
import type { HuntStarted, TestIdentity } from '../events.js';
import type { Tally } from '../report/summary.js';
import type { Counts, HuntHead, HuntReport } from '../stats/huntReport.js';
import { verdictOf } from '../stats/verdict.js';
import { reportOfHunt } from './huntReader.js';
import { type StoredHunt, summaryId } from './huntRecord.js';
import type { NameBook } from './names.js';
import { countsIn, type PackedSummary } from './packSummary.js';

/** How a hunt in a list came out. */
export type HuntStatus = 'completed' | 'failed' | 'given up' | 'running' | 'unfinished';

/** One hunt in a list; what isn't known is null. */
export interface ListedHunt {
  readonly id: string;
  readonly status: HuntStatus;
  readonly startedAt: string;
  readonly commit: string | null;
  readonly branch: string | null;
  /** Whether files that git follows differed from the commit. */
  readonly dirty: boolean;
  readonly seed: number;
  readonly confidence: number;
  readonly prove: number | null;
  readonly runs: HuntHead['runs'];
  readonly tally: Tally | null;
  /** Why it failed. */
  readonly error: string | null;
}

/** @param isRunning - whether its process is alive */
export function listedHunt(hunt: StoredHunt, isRunning: boolean): ListedHunt {
  const { started, tree } = hunt.record;
  return {
    id: hunt.id,
    status: statusOf(hunt, isRunning),
    startedAt: started.startedAt,
    commit: tree.git?.commit ?? null,
    branch: tree.git?.branch ?? null,
    dirty: (tree.git?.changes ?? null) !== null,
    seed: started.seed,
    confidence: started.confidence,
    prove: started.asked.prove,
    runs: hunt.result?.runs ?? runsSoFar(hunt, started),
    tally: hunt.result?.tally ?? null,
    error: hunt.job.error?.message ?? null,
  };
}

/** Of a hunt whose report is a file: nothing is known of its tree. */
export function listedReport(report: HuntReport, tally: Tally): ListedHunt {
  const { id, startedAt, seed, confidence, prove, runs, interrupted } = report.hunt;
  return {
    id,
    status: interrupted ? 'given up' : 'completed',
    startedAt,
    commit: null,
    branch: null,
    dirty: false,
    seed,
    confidence,
    prove,
    runs,
    tally,
    error: null,
  };
}

function statusOf({ job }: StoredHunt, isRunning: boolean): HuntStatus {
  switch (job.status) {
    case 'completed':
    case 'failed':
      return job.status;
    case 'cancelled':
      return 'given up';
    default:
      return isRunning ? 'running' : 'unfinished';
  }
}

/** A hunt that has not ended tells only by its progress. */
function runsSoFar({ job }: StoredHunt, { asked, conditions }: HuntStarted): HuntHead['runs'] {
  const all = asked.runs === null ? null : asked.runs * conditions.length;
  const done = all === null ? 0 : Math.round((job.progress ?? 0) * all);
  return { asked: all, done, crashed: 0 };
}

/** One test in one hunt. */
export interface TestInHunt {
  readonly test: Pick<TestIdentity, 'id' | 'project' | 'file' | 'name'>;
  readonly counts: Counts;
}

/** Every test of a stored hunt with its counts, as cheaply as its summary allows. */
export async function testsOfHunt(
  store: JobStore,
  hunt: StoredHunt,
  names: NameBook,
): Promise<readonly TestInHunt[]> {
  const summary = await store.get(summaryId(hunt.id));
  if (summary === undefined) return testsOfReport(await reportOfHunt(store, hunt, names));
  return Array.from(countsIn(summary.data as unknown as PackedSummary), ({ test, counts }) => ({
    test: names.test(test),
    counts,
  }));
}

/** The same of a report. */
export const testsOfReport = (report: HuntReport): readonly TestInHunt[] =>
  report.tests.map((test) => ({ test, counts: test }));

/** What a list tells of a hunt if only these of its tests count. */
export function tallyOfTests(
  tests: readonly TestInHunt[],
  asked: { readonly prove: number | null; readonly confidence: number },
): Tally {
  const ran = tests.filter(({ counts }) => counts.attempts > 0);
  const verdicts = ran.map(({ counts }) => verdictOf(counts, asked));
  const of = (verdict: string): number => verdicts.filter((one) => one === verdict).length;
  return {
    flaky: of('flaky'),
    broken: of('broken'),
    stable: of('stable'),
    unproven: of('unproven'),
    skipped: tests.length - ran.length,
    failingFiles: 0,
    errors: 0,
    attempts: ran.reduce((sum, { counts }) => sum + counts.attempts, 0),
  };
}
