import { FlakehoundError } from '../../src/index.js';
import type { ConditionName, FilePhase, Verdict } from '../events.js';
import { fisherExact, smallestFisher, type Tries } from './fisher.js';
import { holm } from './holm.js';
import type { FileReport, HuntReport, TestReport } from './huntReport.js';
import { byPlace } from './order.js';

/** What of a suite is compared: a test, or one way in which a file fails outside its tests. */
export interface Subject {
  /** Of the test; null for a file. */
  readonly id: string | null;
  readonly project: string;
  readonly file: string;
  /** Of the test; '' for a file. */
  readonly name: string;
  /** Where the file failed; null for a test. */
  readonly phase: FilePhase | null;
}

/** One side of a difference. */
export interface Side extends Tries {
  readonly verdict: Verdict;
}

/** A subject that was tried on both sides. */
export interface Difference extends Subject {
  readonly before: Side;
  readonly after: Side;
  /** Fisher's exact test, two-sided, not yet corrected. */
  readonly p: number;
  /** Corrected by Holm's method over all that could have told something. */
  readonly adjusted: number;
}

/** A subject that was tried on one side alone. */
export interface Single extends Subject {
  readonly side: Side;
}

/** How two hunts differ, test by test. */
export interface Comparison {
  /** 0..1: with this probability at least, nothing is called better or worse that is the same. */
  readonly confidence: number;
  /** Those that both hunts had: attempts under others aren't counted. */
  readonly conditions: readonly ConditionName[];
  /** Rate rose or fell by more than chance explains; most certain first. */
  readonly worse: readonly Difference[];
  readonly better: readonly Difference[];
  /** Unlike rates that chance may explain; least probable first. */
  readonly unclear: readonly Difference[];
  /** How many have the same rate on both sides. */
  readonly same: number;
  readonly appeared: readonly Single[];
  readonly vanished: readonly Single[];
}

/** One side of one subject, as a report has it. */
interface Found {
  readonly subject: Subject;
  readonly side: Side;
}

/**
 * Compares two hunts of one suite.
 *
 * Each test is judged by Fisher's exact test. The probabilities are then corrected by Holm's
 * method over those tests whose attempts and failures, summed over both sides, could have shown a
 * difference at all: Fisher's test takes these sums as given, so leaving the others out costs no
 * certainty, and a suite of a thousand stable tests doesn't drown the one that changed.
 *
 * @throws FlakehoundError `REPORT_MISMATCH` for hunts without a common condition
 */
export function compareReports(
  before: HuntReport,
  after: HuntReport,
  confidence: number,
): Comparison {
  const conditions = commonConditions(before, after);
  const [old, now] = [before, after].map((report) => sidesOf(report, conditions));
  const [oldSides, newSides] = fillFiles(old ?? new Map(), now ?? new Map(), {
    before: filesOf(before),
    after: filesOf(after),
  });
  const pairs: { readonly subject: Subject; readonly before: Side; readonly after: Side }[] = [];
  const vanished: Single[] = [];
  for (const [key, { subject, side }] of oldSides) {
    const other = newSides.get(key);
    if (other === undefined) vanished.push({ ...subject, side });
    else pairs.push({ subject, before: side, after: other.side });
  }
  const appeared = [...newSides]
    .filter(([key]) => !oldSides.has(key))
    .map(([, { subject, side }]): Single => ({ ...subject, side }));
  const judged = judge(pairs, 1 - confidence);
  const isSure = ({ adjusted }: Difference): boolean => adjusted <= 1 - confidence;
  return {
    confidence,
    conditions,
    worse: judged.filter((one) => isSure(one) && rise(one) > 0).sort(byCertainty),
    better: judged.filter((one) => isSure(one) && rise(one) < 0).sort(byCertainty),
    unclear: judged.filter((one) => !isSure(one) && rise(one) !== 0).sort(byCertainty),
    same: judged.filter((one) => rise(one) === 0).length,
    appeared: appeared.sort(byPlace),
    vanished: vanished.sort(byPlace),
  };
}

function commonConditions(before: HuntReport, after: HuntReport): readonly ConditionName[] {
  const common = before.hunt.conditions.filter((one) => after.hunt.conditions.includes(one));
  if (common.length > 0) return common;
  const [a, b] = [before, after].map(({ hunt }) => hunt.conditions.join(', '));
  throw new FlakehoundError(
    'REPORT_MISMATCH',
    `the hunts have no condition in common: ${before.hunt.id} ran ${a}; ${after.hunt.id} ran ${b}`,
    { hint: `hunt again with --conditions ${a}, or compare hunts of the same conditions` },
  );
}

/** Every subject that was tried, by key. */
function sidesOf(
  report: HuntReport,
  conditions: readonly ConditionName[],
): ReadonlyMap<string, Found> {
  const sides = new Map<string, Found>();
  for (const test of report.tests) {
    const side = sideOfTest(test, conditions);
    if (side.attempts > 0) sides.set(test.id, { subject: testSubject(test), side });
  }
  for (const file of report.files) {
    const side = sideOfFile(file, conditions);
    if (side.attempts > 0) sides.set(fileKey(file), { subject: fileSubject(file), side });
  }
  return sides;
}

function sideOfTest(test: TestReport, conditions: readonly ConditionName[]): Side {
  let attempts = 0;
  let passed = 0;
  for (const one of test.byCondition) {
    if (!conditions.includes(one.condition)) continue;
    attempts += one.attempts;
    passed += one.passed;
  }
  return { attempts, failures: attempts - passed, verdict: test.verdict };
}

function sideOfFile(file: FileReport, conditions: readonly ConditionName[]): Side {
  let attempts = 0;
  let failures = 0;
  for (const one of file.byCondition) {
    if (!conditions.includes(one.condition)) continue;
    attempts += one.runs;
    failures += one.failedRuns;
  }
  return { attempts, failures, verdict: file.verdict };
}

/** In how many runs a file was carried out: at least as often as any of its tests was tried. */
type RunsOfFiles = ReadonlyMap<string, number>;

function filesOf({ tests, files, hunt }: HuntReport): RunsOfFiles {
  const runs = new Map<string, number>();
  const most = hunt.runs.done + hunt.runs.crashed;
  const raise = (key: string, to: number): void => {
    runs.set(key, Math.max(runs.get(key) ?? 0, Math.min(to, most)));
  };
  for (const test of tests) raise(placeKey(test), test.attempts + test.skipped);
  for (const file of files) raise(placeKey(file), file.runs);
  return runs;
}

/** A file that failed on one side and was carried out on the other has failed there in no run. */
function fillFiles(
  old: ReadonlyMap<string, Found>,
  now: ReadonlyMap<string, Found>,
  runs: { readonly before: RunsOfFiles; readonly after: RunsOfFiles },
): readonly [ReadonlyMap<string, Found>, ReadonlyMap<string, Found>] {
  const filled = (
    into: ReadonlyMap<string, Found>,
    from: ReadonlyMap<string, Found>,
    known: RunsOfFiles,
  ): ReadonlyMap<string, Found> => {
    const all = new Map(into);
    for (const [key, { subject }] of from) {
      const attempts = known.get(placeKey(subject)) ?? 0;
      if (subject.phase === null || all.has(key) || attempts === 0) continue;
      all.set(key, { subject, side: { attempts, failures: 0, verdict: 'stable' } });
    }
    return all;
  };
  return [filled(old, now, runs.before), filled(now, old, runs.after)];
}

function judge(
  pairs: readonly { readonly subject: Subject; readonly before: Side; readonly after: Side }[],
  alpha: number,
): Difference[] {
  const raw = pairs.map(({ subject, before, after }) => ({
    ...subject,
    before,
    after,
    p: fisherExact(before, after),
    // Fixed by the margins alone, as Fisher's test has them.
    tells: smallestFisher(before, after) <= alpha,
  }));
  const adjusted = holm(raw.filter(({ tells }) => tells).map(({ p }) => p));
  let next = 0;
  return raw.map(({ tells, ...one }) => ({
    ...one,
    adjusted: tells ? (adjusted[next++] ?? 1) : 1,
  }));
}

const rateOfSide = ({ failures, attempts }: Side): number => failures / attempts;

const rise = ({ before, after }: Difference): number => rateOfSide(after) - rateOfSide(before);

const byCertainty = (a: Difference, b: Difference): number => a.p - b.p || byPlace(a, b);

const testSubject = ({ id, project, file, name }: TestReport): Subject => ({
  id,
  project,
  file,
  name,
  phase: null,
});

const fileSubject = ({ project, file, phase }: FileReport): Subject => ({
  id: null,
  project,
  file,
  name: '',
  phase,
});

const placeKey = (at: { readonly project: string; readonly file: string }): string =>
  `${at.project}\n${at.file}`;

const fileKey = (at: FileReport): string => `${placeKey(at)}\n${at.phase}`;
