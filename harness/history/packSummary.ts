import {
  type ConditionName,
  conditionNames,
  type FilePhase,
  type TestIdentity,
} from '../events.js';
import { addCounts, noCounts } from '../stats/counts.js';
import type {
  Counts,
  Durations,
  FileReport,
  HuntHead,
  HuntReport,
  Signature,
  SuiteError,
  TestReport,
} from '../stats/huntReport.js';
import { mergeReports } from '../stats/mergeReports.js';
import { byPlace } from '../stats/order.js';
import { TestTally } from '../stats/testTally.js';
import type { NameBook } from './names.js';

/** `[place in conditionNames, attempts, passed, failed, timedOut, crashed, skipped]` */
type PackedCounts = readonly (readonly number[])[];

/** Numbers of tests, each as its distance from the one before, then how many follow it directly. */
type PackedNumbers = readonly (readonly [gap: number, following: number])[];

type PackedSignature = readonly [
  message: string,
  frame: string | null,
  count: number,
  firstRun: number,
];

/**
 * What a hunt found, in a few hundred bytes where all tests are stable: tests with the same counts
 * are one entry, and what follows from the counts is left out. On disk: see `recordFormat`.
 */
export interface PackedSummary {
  readonly head: HuntHead;
  readonly groups: readonly (readonly [counts: PackedCounts, tests: PackedNumbers])[];
  /** Tests that failed: number, signatures, cause. */
  readonly failing: readonly (readonly [
    test: number,
    signatures: readonly PackedSignature[],
    cause: TestReport['cause'] | null,
  ])[];
  readonly files: readonly {
    readonly file: number;
    readonly phase: FilePhase;
    readonly by: readonly (readonly [condition: number, runs: number, failedRuns: number])[];
    readonly signatures: readonly PackedSignature[];
  }[];
  readonly errors: readonly PackedSignature[];
}

/** How long tests took, `[test, min, max, bound, count, bound, count …]` each. */
export type PackedDurations = readonly (readonly number[])[];

/** Packs a report; `names` knows its tests and files. */
export function packSummary(report: HuntReport, names: NameBook): PackedSummary {
  const groups = new Map<string, { counts: PackedCounts; tests: number[] }>();
  for (const test of report.tests) {
    const counts = packCounts(test);
    const key = JSON.stringify(counts);
    const group = groups.get(key) ?? { counts, tests: [] };
    groups.set(key, group);
    group.tests.push(names.testNumber(test.id));
  }
  return {
    head: report.hunt,
    groups: [...groups.values()].map(({ counts, tests }) => [counts, packNumbers(tests)] as const),
    failing: report.tests
      .filter(({ signatures, cause }) => signatures.length > 0 || cause !== undefined)
      .map(({ id, signatures, cause }) => [
        names.testNumber(id),
        signatures.map(packSignature),
        cause ?? null,
      ]),
    files: report.files.map((file) => ({
      file: names.fileNumber(file),
      phase: file.phase,
      by: file.byCondition.map(
        ({ condition, runs, failedRuns }) =>
          [conditionNames.indexOf(condition), runs, failedRuns] as const,
      ),
      signatures: file.signatures.map(packSignature),
    })),
    errors: report.errors.map(packSignature),
  };
}

/** Packs the part of a report that is dropped when the hunt gets old. */
export const packDurations = (report: HuntReport, names: NameBook): PackedDurations =>
  report.tests.flatMap(({ id, durationMs }) =>
    durationMs === null
      ? []
      : [[names.testNumber(id), durationMs.min, durationMs.max, ...durationMs.buckets.flat()]],
  );

/**
 * The report again: rates, intervals, verdicts and replays are judged anew, from the same counts.
 *
 * @param durations - null where they are no longer kept
 */
export function unpackSummary(
  packed: PackedSummary,
  durations: PackedDurations | null,
  names: NameBook,
): HuntReport {
  const durationsOf = new Map((durations ?? []).map((one) => [one[0] ?? -1, one]));
  const failing = new Map(
    packed.failing.map(([test, signatures, cause]) => [test, { signatures, cause }]),
  );
  const tests = packed.groups.flatMap(([counts, numbers]) =>
    unpackNumbers(numbers).map((number) => ({ number, counts, test: names.test(number) })),
  );
  // Tests of one name keep their order of definition.
  tests.sort((a, b) => byPlace(a.test, b.test) || a.test.ordinal - b.test.ordinal);
  const { errors, files } = mergeReports([
    {
      schemaVersion: 1,
      hunt: packed.head,
      tests: [],
      files: packed.files.map((file) => fileShell(names, file)),
      errors: packed.errors.map(unpackSignature),
    },
  ]);
  return {
    schemaVersion: 1,
    hunt: packed.head,
    // One by one: what judging takes in between is no more than one test's.
    tests: tests.map(({ number, counts, test }) => {
      const tally = new TestTally(test, test.ordinal);
      const took = durationsOf.get(number);
      const more = { ...failing.get(number), durations: took ? unpackDurations(took) : null };
      tally.absorb(testShell(test, counts, more), packed.head);
      return tally.report(packed.head);
    }),
    files,
    errors,
  };
}

/** Counts of one test, over all conditions. */
export interface CountsOfTest {
  /** Its number. */
  readonly test: number;
  readonly counts: Counts;
}

/** The counts of every test, without making a report of them. */
export function* countsIn({ groups }: PackedSummary): Generator<CountsOfTest> {
  for (const [packed, numbers] of groups) {
    const counts = noCounts();
    for (const one of packed) addCounts(counts, unpackCounts(one));
    for (const test of unpackNumbers(numbers)) yield { test, counts };
  }
}

const countKinds = ['attempts', 'passed', 'failed', 'timedOut', 'crashed', 'skipped'] as const;

const packCounts = ({ byCondition }: TestReport): PackedCounts =>
  byCondition.map((one) => [
    conditionNames.indexOf(one.condition),
    ...countKinds.map((kind) => one[kind]),
  ]);

function unpackCounts([, ...counts]: readonly number[]): Counts {
  const [attempts = 0, passed = 0, failed = 0, timedOut = 0, crashed = 0, skipped = 0] = counts;
  return { attempts, passed, failed, timedOut, crashed, skipped };
}

const conditionAt = (place: number | undefined): ConditionName =>
  conditionNames[place ?? 0] ?? 'baseline';

/** Of what a report derives from its counts, a merge reads nothing. */
const notJudged = { flakeRate: null, interval: null } as const;

function testShell(
  { id, file, name, project }: TestIdentity,
  counts: PackedCounts,
  more: {
    readonly signatures?: readonly PackedSignature[];
    readonly cause?: TestReport['cause'] | null;
    readonly durations: Durations | null;
  },
): TestReport {
  const byCondition = counts.map((one) => ({
    condition: conditionAt(one[0]),
    ...unpackCounts(one),
    ...notJudged,
  }));
  return {
    id,
    file,
    name,
    project,
    verdict: 'unproven',
    ...unpackCounts([]),
    ...notJudged,
    byCondition,
    signatures: (more.signatures ?? []).map(withoutReplay),
    durationMs: more.durations,
    ...(more.cause === undefined || more.cause === null ? {} : { cause: more.cause }),
  };
}

function fileShell(names: NameBook, packed: PackedSummary['files'][number]): FileReport {
  const { file, project } = names.file(packed.file);
  return {
    file,
    project,
    phase: packed.phase,
    verdict: 'flaky',
    runs: 0,
    failedRuns: 0,
    flakeRate: 0,
    interval: { low: 0, high: 1, confidence: 0, method: 'exact' },
    byCondition: packed.by.map(([condition, runs, failedRuns]) => ({
      condition: conditionAt(condition),
      runs,
      failedRuns,
    })),
    signatures: packed.signatures.map(withoutReplay),
  };
}

function unpackDurations([, min = 0, max = 0, ...flat]: readonly number[]): Durations {
  const buckets: [number, number][] = [];
  for (let at = 0; at < flat.length; at += 2) buckets.push([flat[at] ?? 0, flat[at + 1] ?? 0]);
  return { min, max, median: min, p95: max, buckets };
}

const packSignature = ({ message, frame, count, firstRun }: SuiteError): PackedSignature => [
  message,
  frame,
  count,
  firstRun,
];

const unpackSignature = ([message, frame, count, firstRun]: PackedSignature): SuiteError => ({
  message,
  frame,
  count,
  firstRun,
});

const withoutReplay = (packed: PackedSignature): Signature => ({
  ...unpackSignature(packed),
  key: '',
  replay: '',
});

/** Packs ascending whole numbers as ranges. */
export function packNumbers(numbers: readonly number[]): PackedNumbers {
  const packed: [number, number][] = [];
  let end = 0;
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = packed.at(-1);
    if (last !== undefined && number === end) last[1] += 1;
    else packed.push([number - end, 0]);
    end = number + 1;
  }
  return packed;
}

/** What `packNumbers` packed, ascending. */
export function unpackNumbers(packed: PackedNumbers): number[] {
  let next = 0;
  return packed.flatMap(([gap, following]) => {
    next += gap;
    const range = Array.from({ length: following + 1 }, (_, at) => next + at);
    next += following + 1;
    return range;
  });
}
