import type { FilePhase } from '../events.js';
import type {
  FileReport,
  HuntReport,
  Interval,
  Signature,
  TestReport,
} from '../stats/huntReport.js';
import { byText } from '../stats/order.js';
import { counted, interval, percent, withProject } from './format.js';

/** A test, or a file outside its tests, that failed: what every report says about it. */
export interface Finding {
  readonly verdict: 'flaky' | 'broken';
  readonly flakeRate: number;
  readonly interval: Interval | null;
  /** `36 of 200` */
  readonly failed: string;
  readonly project: string;
  readonly file: string;
  /** Name of the test, or where in the file it went wrong. */
  readonly name: string;
  /** `stressed 45.0 % (9 of 20)`, one for each condition; empty where there was only one. */
  readonly conditions: readonly string[];
  /** Most frequent first. */
  readonly signatures: readonly Signature[];
  readonly cause: string | null;
}

/** Flaky tests before broken ones, highest rate first. */
export const testFindings = (report: HuntReport): Finding[] =>
  sorted(report.tests.flatMap((test) => testFinding(test)));

/** Failures outside any test, in the same order. */
export const fileFindings = (report: HuntReport): Finding[] =>
  sorted(report.files.map((file) => fileFinding(file)));

/** Where in a file it went wrong, in words. */
export const phaseWords: Readonly<Record<FilePhase, string>> = {
  import: '(while importing)',
  hook: '(in a hook)',
  crash: '(worker crashed)',
  timeout: '(file timed out)',
  unhandled: '(unhandled error)',
  teardown: '(in teardown)',
};

function testFinding(test: TestReport): Finding[] {
  if (test.verdict !== 'flaky' && test.verdict !== 'broken') return [];
  const { verdict, project, file, attempts, passed } = test;
  const conditions = test.byCondition
    .filter((one) => one.attempts > 0)
    .map((one) => underCondition(one.condition, one.attempts - one.passed, one.attempts));
  return [
    {
      verdict,
      flakeRate: test.flakeRate ?? 0,
      interval: test.interval,
      failed: `${attempts - passed} of ${attempts}`,
      project,
      file,
      name: test.name,
      conditions: conditions.length > 1 ? conditions : [],
      signatures: mostFrequentFirst(test.signatures),
      cause: test.cause === undefined ? null : `${test.cause.kind}: ${test.cause.evidence}`,
    },
  ];
}

function fileFinding(file: FileReport): Finding {
  const conditions = file.byCondition
    .filter(({ runs }) => runs > 0)
    .map((one) => underCondition(one.condition, one.failedRuns, one.runs));
  return {
    verdict: file.verdict,
    flakeRate: file.flakeRate,
    interval: file.interval,
    failed: `${file.failedRuns} of ${counted(file.runs, 'run')}`,
    project: file.project,
    file: file.file,
    name: phaseWords[file.phase],
    conditions: conditions.length > 1 ? conditions : [],
    signatures: mostFrequentFirst(file.signatures),
    cause: null,
  };
}

const underCondition = (condition: string, failures: number, of: number): string =>
  `${condition} ${percent(failures / of)} (${failures} of ${of})`;

const mostFrequentFirst = (signatures: readonly Signature[]): Signature[] =>
  [...signatures].sort((a, b) => b.count - a.count || byText(a.key, b.key));

const sorted = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort(
    (a, b) =>
      byText(b.verdict, a.verdict) ||
      b.flakeRate - a.flakeRate ||
      byText(a.file, b.file) ||
      byText(a.name, b.name) ||
      byText(a.project, b.project),
  );

/** `[project] file` */
export const placeOf = (finding: Finding): string => withProject(finding.file, finding.project);

/** The interval in words; none where nothing was measured. */
export const intervalOf = (finding: Finding): string =>
  finding.interval === null ? '' : interval(finding.interval);
